"""What has been kept for its period: bids by the dates of their round, messages, and accounts nobody uses."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Person, RoleGrant
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit.models import TrailEntry
from grants.core.clock import LONDON, in_london
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.panels.models import Decision
from grants.privacy.models import Removal
from grants.privacy.register import Period
from grants.privacy.rules import GONE, begun_before, is_over
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition, Retention
from grants.programme.models import Round

FUNDED = (Stage.ACTIVE, Stage.CLOSED, Stage.TERMINATED)
ENDED = (Stage.INELIGIBLE, Stage.WITHDRAWN, Stage.LAPSED)
DONE_WITH = (MessageState.SENT, MessageState.FAILED, MessageState.UNSURE)


@dataclass(frozen=True)
class DueBid:
    """A bid of which the records of one period are due; whether it was funded decides what of it stays."""

    application: Application
    period: Period
    funded: bool


def bids(session: Session, *, now: datetime, most: int) -> Iterator[DueBid]:
    """Bids with records that are due, at most so many of each round, period and outcome."""
    for round_ in programme.all_rounds(session):
        definition = programme.definition_of(round_)
        yield from _drafts(session, round_, definition.retention.unsent_drafts, now, most)
        for period in (Period.BID, Period.DOCUMENTS, Period.REVIEWS, Period.CONVERSATIONS):
            for funded in (False, True):
                event, months = _term(definition, period, funded=funded)
                if not is_over(event, months, now):
                    continue
                outcome = Application.stage.in_(FUNDED) if funded else _unfunded()
                for application in _left(session, round_, period, outcome, most):
                    yield DueBid(application, period, funded)


def _term(definition: FundDefinition, period: Period, *, funded: bool) -> tuple[date, int]:
    """The day from which a period counts, and its months."""
    kept, calendar = definition.retention, definition.calendar
    event = calendar.spend_by if funded else calendar.decisions_by
    if period is Period.REVIEWS:
        return calendar.decisions_by, kept.reviews
    if period is Period.DOCUMENTS:
        return event, kept.documents
    if period is Period.CONVERSATIONS:
        return event, kept.conversations
    return event, kept.funded_bids if funded else kept.unfunded_bids


def _unfunded() -> ColumnElement[bool]:
    """Sent, and out: ineligible, withdrawn, not taken up, or not funded by a decision that was released."""
    released = select(Decision.id).where(
        Decision.application_id == Application.id,
        Decision.released_at.is_not(None),
        Decision.replaced_at.is_(None),
    )
    refused = (Application.stage == Stage.DECIDED) & released.exists()
    return Application.submitted_at.is_not(None) & (Application.stage.in_(ENDED) | refused)


def _drafts(session: Session, round_: Round, months: int, now: datetime, most: int) -> Iterator[DueBid]:
    """Bids that were never sent; each has its own closing minute where it was given more time."""
    if not is_over(in_london(round_.closes_at).date(), months, now):
        return
    never = Application.submitted_at.is_(None)
    for period in (Period.BID, Period.DOCUMENTS, Period.CONVERSATIONS):
        for application in _left(session, round_, period, never, most):
            closed = programme.closes_at(session, round_, application_id=application.id)
            if is_over(in_london(closed).date(), months, now):
                yield DueBid(application, period, funded=False)


def _left(
    session: Session, round_: Round, period: Period, which: ColumnElement[bool], most: int
) -> list[Application]:
    done = select(Removal.subject_id).where(
        Removal.kind == period.value, Removal.subject_id == Application.id
    )
    found = select(Application).where(Application.round_id == round_.id, which, ~done.exists())
    return list(session.scalars(found.order_by(Application.id).limit(most)))


def messages(session: Session, *, before: datetime, most: int) -> list[int]:
    """Messages that were dealt with before then and still have their words."""
    done = func.coalesce(Message.sent_at, Message.created_at) < before
    found = select(Message.id).where(done, Message.state.in_(DONE_WITH), Message.to_address != "")
    return list(session.scalars(found.order_by(Message.id).limit(most)))


def people(session: Session, *, now: datetime, most: int) -> list[int]:
    """Accounts nobody has signed in to for the longest period of any fund, without role or kept bid."""
    before = datetime.combine(begun_before(longest(session).unused_accounts, now), time(), LONDON)
    visits = (
        select(TrailEntry.actor_id, func.max(TrailEntry.at).label("last"))
        .where(TrailEntry.deed == "sign_in.use")
        .group_by(TrailEntry.actor_id)
        .subquery()
    )
    roles = select(RoleGrant.id).where(RoleGrant.person_id == Person.id)
    done = select(Removal.subject_id).where(
        Removal.kind == Period.BID.value, Removal.subject_id == Application.id
    )
    kept = (
        select(Application.id)
        .join(Membership, Membership.organisation_id == Application.lead_id)
        .where(Membership.person_id == Person.id, ~done.exists())
    )
    found = (
        select(Person.id)
        .outerjoin(visits, visits.c.actor_id == Person.id)
        .where(
            func.coalesce(visits.c.last, Person.created_at) < before,
            Person.created_at < before,
            Person.email.not_like(f"%@{GONE}"),
            ~roles.exists(),
            ~kept.exists(),
        )
    )
    return list(session.scalars(found.order_by(Person.id).limit(most)))


def longest(session: Session) -> Retention:
    """The longest of each period that any fund names: what serves all funds is kept for the slowest."""
    every = [programme.definition_of(round_).retention for round_ in programme.all_rounds(session)]
    return Retention(
        **{field.name: max(getattr(one, field.name) for one in every) for field in fields(Retention)}
        if every
        else {}
    )
