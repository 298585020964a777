"""What became of the letters of a release, person by person, beside `queries`."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.panels.models import Decision
from grants.panels.rules import fate_of
from grants.panels.states import Fate


@dataclass(frozen=True)
class Delivery:
    """What became of one person's letter. `address_now` is where they are written to today; `at` UTC."""

    message_id: int
    ref: str
    lead: str
    name: str
    address: str
    address_now: str
    fate: Fate
    at: datetime | None
    words: str


def released_by(session: Session, release_id: int) -> list[tuple[Decision, Application]]:
    """What a release sent out, with the bids, in the order of their references."""
    rows = (
        select(Decision, Application)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.release_id == release_id)
        .order_by(Application.ref)
    )
    return [(decision, application) for decision, application in session.execute(rows)]


def decision_written_of(session: Session, release_id: int, message_id: int) -> Decision:
    """The decision of that release which a message is about. Raises NotFound."""
    rows = select(Decision).join(Message, _about_the_decision())
    found = session.scalars(
        rows.where(Decision.release_id == release_id, Message.id == message_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such letter in this release.")
    return found


def written_to(session: Session, release_id: int) -> frozenset[str]:
    """The keys of all messages about a release's decisions."""
    keys = select(Message.key).join(Decision, _about_the_decision()).where(Decision.release_id == release_id)
    return frozenset(session.scalars(keys))


def deliveries(
    session: Session,
    release_id: int,
    *,
    fate: Fate | None = None,
    without: Collection[int] = (),
    number: int,
) -> Page[Delivery]:
    """Every person whom a release writes to, with what became of their letter, in the order of bids."""
    rows = _deliveries(release_id, without).order_by(Application.ref, Message.id)
    if fate is not None:
        rows = rows.where(_has(fate))
    page = paginate(session, rows, number=number)
    shown = [
        Delivery(
            message_id=message.id,
            ref=application.ref,
            lead=application.lead.name,
            name=name or "",
            address=message.to_address,
            address_now=email or "",
            fate=fate_of(message.state, message.bounced_at),
            at=message.sent_at or message.bounced_at,
            words=message.last_error,
        )
        for message, application, name, email in page.rows
    ]
    return replace(page, rows=shown)


def fates(session: Session, release_id: int, *, without: Collection[int] = ()) -> dict[Fate, int]:
    """How many of a release's letters there are of each fate."""
    back = Message.bounced_at
    rows = session.execute(
        _deliveries(release_id, without)
        .with_only_columns(Message.state, func.max(back), func.count(), maintain_column_froms=True)
        .group_by(Message.state, back.is_(None))
    )
    found = dict.fromkeys(Fate, 0)
    for state, bounced_at, count in rows:
        found[fate_of(state, bounced_at)] += count
    return found


def nobody_written_to(session: Session, release_id: int, *, without: Collection[int] = ()) -> list[str]:
    """References of released bids about which no message was ever written."""
    rows = (
        select(Application.ref)
        .join(Decision, Decision.application_id == Application.id)
        .outerjoin(Message, _about_the_decision())
        .where(Decision.release_id == release_id, Message.id.is_(None), Application.id.not_in(without))
    )
    return list(session.scalars(rows.order_by(Application.ref)))


def _about_the_decision() -> ColumnElement[bool]:
    return and_(
        Message.kind == "decision",
        Message.about_type == "decision",
        Message.about_id == cast(Decision.id, String),
    )


def _has(fate: Fate) -> ColumnElement[bool]:
    """Holds for a message of this fate, by the same rule as `fate_of`."""
    back = Message.bounced_at.is_not(None)
    alike = [state for state in MessageState if fate_of(state, None) is fate]
    if fate is Fate.BOUNCED:
        return and_(Message.state == MessageState.FAILED, back)
    return and_(Message.state.in_(alike), ~back) if fate is Fate.FAILED else Message.state.in_(alike)


def _deliveries(release_id: int, without: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Message, Application, Person.name, Person.email)
        .join(Decision, _about_the_decision())
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .where(Decision.release_id == release_id, Application.id.not_in(without))
    )
