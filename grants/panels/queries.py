"""Decisions of a round, what the pot has left, and what a release would send."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.panels import rules
from grants.panels.models import Decision, DecisionCondition, Override, Release
from grants.panels.rules import PotPosition
from grants.panels.states import Outcome
from grants.permissions import MemberRole
from grants.programme.models import Round
from grants.scoring.models import Result

TAKES_FROM_THE_POT = (Stage.DECIDED, Stage.OFFERED, Stage.ACTIVE, Stage.CLOSED, Stage.TERMINATED)
"""Stages in which a funded bid's amount is spoken for; a declined, lapsed or withdrawn one gives it back."""

TAKEN = func.coalesce(Decision.varied_to, Decision.amount)
"""Pence that a funded bid takes from the pot: what was decided, or what a variation made of its award."""

BEFORE_THE_PANEL = (Stage.IN_REVIEW, Stage.SCORED)
"""Stages in which a bid waits for the panel's decision."""


@dataclass(frozen=True)
class DecisionRow:
    """One bid in the panel's list.

    Amounts in pence; `total` is the exact score of record, None while unranked. `outcome` to `version` are
    of the last decision recorded, whether or not it stands.
    """

    application_id: int
    ref: str
    title: str
    lead: str
    stage: Stage
    ask: int
    total: Fraction | None
    rank: int | None
    outcome: Outcome | None
    amount: int
    reserve_order: int | None
    version: int | None
    waits_for_countersignature: bool
    released_at: datetime | None
    flagged: bool
    """Whether a conflict found after release calls for another look."""

    @property
    def decided(self) -> bool:
        """Whether a decision stands: one that a late conflict sent back to the panel does not."""
        return self.outcome is not None and self.stage not in BEFORE_THE_PANEL


def decision_of(session: Session, application_id: int) -> Decision | None:
    """The panel's decision on a bid that stands, if there is one."""
    return session.scalar(
        select(Decision).where(Decision.application_id == application_id, Decision.replaced_at.is_(None))
    )


def earlier_decisions(session: Session, application_id: int) -> list[Decision]:
    """Released decisions on a bid whose place another took, the latest first."""
    rows = select(Decision).where(
        Decision.application_id == application_id, Decision.replaced_at.is_not(None)
    )
    return list(session.scalars(rows.order_by(Decision.id.desc())))


def told_before(session: Session, application_ids: Collection[int]) -> dict[int, datetime]:
    """When these bids' people were told of the last decision that another took the place of, by bid id."""
    rows = (
        select(Decision.application_id, func.max(Decision.released_at))
        .where(Decision.application_id.in_(application_ids), Decision.replaced_at.is_not(None))
        .group_by(Decision.application_id)
    )
    return {bid: at for bid, at in session.execute(rows) if at is not None}


def conditions_of(session: Session, decision_ids: Collection[int]) -> dict[int, list[DecisionCondition]]:
    """The conditions that hold of these decisions, in their order, by decision id."""
    rows = (
        select(DecisionCondition)
        .where(DecisionCondition.decision_id.in_(decision_ids), DecisionCondition.replaced_at.is_(None))
        .order_by(DecisionCondition.decision_id, DecisionCondition.number)
    )
    found: dict[int, list[DecisionCondition]] = {key: [] for key in decision_ids}
    for condition in session.scalars(rows):
        found[condition.decision_id].append(condition)
    return found


def earlier_conditions(session: Session, decision_id: int) -> list[DecisionCondition]:
    """Conditions of a decision that were replaced, the latest first."""
    rows = select(DecisionCondition).where(DecisionCondition.decision_id == decision_id)
    latest_first = rows.order_by(DecisionCondition.replaced_at.desc(), DecisionCondition.number)
    return list(session.scalars(latest_first.where(DecisionCondition.replaced_at.is_not(None))))


def reserve_places(session: Session, round_id: int, *, without_application_id: int) -> frozenset[int]:
    """The places on a round's reserve list that other bids have."""
    taken = (
        select(Decision.reserve_order)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.DECIDED,
            Decision.application_id != without_application_id,
            Decision.replaced_at.is_(None),
        )
    )
    return frozenset(place for place in session.scalars(taken) if place is not None)


def undecided(session: Session, round_id: int, *, without: Collection[int] = ()) -> int:
    """How many bids still wait for the panel's decision, scored or not, those in `without` not counted."""
    waiting = and_(Application.stage.in_(BEFORE_THE_PANEL), Application.id.not_in(without))
    return session.scalar(select(func.count()).where(Application.round_id == round_id, waiting)) or 0


def released_of(session: Session, application_ids: Collection[int]) -> dict[int, Decision]:
    """The last released decisions on these bids, by bid id. Nobody outside the panel learns of any other.

    One that the panel has decided again on is still what the applicant knows, until the next is released.
    """
    statement = select(Decision).where(
        Decision.application_id.in_(application_ids), Decision.released_at.is_not(None)
    )
    return {
        decision.application_id: decision for decision in session.scalars(statement.order_by(Decision.id))
    }


def decision_for_update(session: Session, decision_id: int) -> Decision:
    """A decision held against other writers. Raises NotFound."""
    found = held(session, Decision, decision_id)
    if found is None:
        raise NotFound("There is no such decision.")
    return found


def release_by_id(session: Session, release_id: int) -> Release:
    """The release with this id. Raises NotFound."""
    found = session.get(Release, release_id)
    if found is None:
        raise NotFound("There is no such release.")
    return found


def release_for_update(session: Session, release_id: int) -> Release:
    """A release held against other writers. Raises NotFound."""
    found = held(session, Release, release_id)
    if found is None:
        raise NotFound("There is no such release.")
    return found


def override_by_id(session: Session, override_id: int) -> Override:
    """The override with this id. Raises NotFound."""
    found = session.get(Override, override_id)
    if found is None:
        raise NotFound("There is no such override.")
    return found


def override_for_update(session: Session, override_id: int) -> Override:
    """An override held against other writers. Raises NotFound."""
    found = held(session, Override, override_id)
    if found is None:
        raise NotFound("There is no such override.")
    return found


def result_of(session: Session, application_id: int) -> Result | None:
    """The bid's score as it stands."""
    return session.get(Result, application_id)


def money_left(session: Session, round_: Round) -> int:
    """Pence of a round that bids without a decision can still get: never less than nothing."""
    return max(0, pot_position(session, round_).left)


def pot_position(
    session: Session,
    round_: Round,
    *,
    without_application_id: int | None = None,
    without: Collection[int] = (),
) -> PotPosition:
    """The pot of a round, pence. `without_application_id` leaves one bid's own decision out of the sums.

    So does `without` for bids that are hidden from the reader, until their decisions are released.
    """
    funded = (
        select(func.coalesce(func.sum(TAKEN), 0))
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_.id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.application_id != (without_application_id or 0),
            Decision.replaced_at.is_(None),
        )
    )
    unreleased = funded.where(Decision.released_at.is_(None), Decision.application_id.not_in(without))
    overrides = select(func.coalesce(func.sum(Override.extra), 0)).where(
        Override.round_id == round_.id, Override.approved_at.is_not(None)
    )
    return PotPosition(
        pot=round_.pot,
        overrides=int(session.scalar(overrides) or 0),
        decided=int(session.scalar(unreleased) or 0),
        released=int(session.scalar(funded.where(Decision.released_at.is_not(None))) or 0),
    )


def overrides_of(session: Session, round_id: int) -> list[Override]:
    """Every override of a round, oldest first."""
    return list(session.scalars(select(Override).where(Override.round_id == round_id).order_by(Override.id)))


def past_releases(session: Session, round_id: int) -> list[Release]:
    """Releases that have gone out, newest first."""
    sent = select(Release).where(Release.round_id == round_id, Release.approved_at.is_not(None))
    return list(session.scalars(sent.order_by(Release.id.desc())))


def open_release(session: Session, round_id: int) -> Release | None:
    """The release that waits for approval, if any."""
    return session.scalar(
        select(Release)
        .where(Release.round_id == round_id, Release.approved_at.is_(None))
        .order_by(Release.id)
    )


def to_release(session: Session, round_id: int) -> list[tuple[Decision, Application]]:
    """Decisions that have not been released, with their bids, in the order of bid references."""
    return [(decision, application) for decision, application in session.execute(_unreleased(round_id))]


def to_go_out(
    session: Session, round_id: int, *, waiting: Release | None
) -> list[tuple[Decision, Application]]:
    """What a release would send now, or what the one that waits would, in the order of bid references."""
    rows = _unreleased(round_id)
    if waiting is not None:
        rows = rows.where(Decision.decided_at <= waiting.drafted_at)
    return [(decision, application) for decision, application in session.execute(rows)]


def next_to_release(
    session: Session, round_id: int, *, after: str, without: Collection[int] = ()
) -> str | None:
    """The reference of the bid whose letter comes after this one's among those that wait for release."""
    rows = _unreleased(round_id, without).where(Application.ref > after).limit(1)
    return session.scalars(rows.with_only_columns(Application.ref, maintain_column_froms=True)).one_or_none()


def put_forward(session: Session, release: Release) -> list[tuple[Decision, Application]]:
    """The decisions that a release put forward, with their bids, held against other writers.

    One that was made or changed since it was drafted is not among them.
    """
    rows = session.execute(
        _unreleased(release.round_id)
        .where(Decision.decided_at <= release.drafted_at)
        .with_for_update(of=[Decision, Application])
        .execution_options(populate_existing=True)
    )
    return [(decision, application) for decision, application in rows]


def decided_since(session: Session, release: Release, *, without: Collection[int] = ()) -> int:
    """How many decisions were made or changed since a waiting release was drafted."""
    since = _unreleased(release.round_id, without).where(Decision.decided_at > release.drafted_at)
    return (
        session.scalar(select(func.count()).select_from(since.with_only_columns(Decision.id).subquery())) or 0
    )


def _unreleased(round_id: int, without: Collection[int] = ()) -> Select[*tuple[Any, ...]]:
    return (
        select(Decision, Application)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.DECIDED,
            Decision.released_at.is_(None),
            Application.id.not_in(without),
        )
        .order_by(Application.ref)
    )


def waiting_for_countersignature(session: Session, round_id: int) -> list[tuple[Decision, Application]]:
    """Unreleased decisions that lack their second signature, with their bids."""
    return [
        (decision, application)
        for decision, application in to_release(session, round_id)
        if rules.waits(decision.countersign_needed, decision.countersigned_at)
    ]


def without_addressee(session: Session, round_id: int, *, without: Collection[int] = ()) -> list[str]:
    """References of bids whose decision waits for release and whose lead has no signatory to write to."""
    signatory = exists().where(
        Membership.organisation_id == Application.lead_id, Membership.role == MemberRole.SIGNATORY
    )
    refs = _unreleased(round_id, without).with_only_columns(Application.ref, maintain_column_froms=True)
    return list(session.scalars(refs.where(~signatory)))


def release_summary(
    session: Session, round_id: int, *, waiting: Release | None = None, without: Collection[int] = ()
) -> list[tuple[Outcome, int, int]]:
    """What a release would send now, or what the one that waits would: each outcome with how many bids and
    pence.
    """
    decided = _unreleased(round_id, without).order_by(None)
    if waiting is not None:
        decided = decided.where(Decision.decided_at <= waiting.drafted_at)
    rows = session.execute(
        decided.with_only_columns(
            Decision.outcome, func.count(), func.sum(Decision.amount), maintain_column_froms=True
        ).group_by(Decision.outcome)
    ).all()
    return sorted(
        ((outcome, count, int(total)) for outcome, count, total in rows),
        key=lambda row: list(Outcome).index(row[0]),
    )


def page_of_decisions(
    session: Session, round_id: int, *, without: Collection[int] = (), number: int, size: int = 100
) -> Page[DecisionRow]:
    """Bids before the panel in rank order, unranked ones last. Two statements, however many bids.

    Those in `without`, hidden from the reader, are left out before ranks are counted.
    """
    page = paginate(session, _rows(round_id, without), number=number, size=size)
    return replace(page, rows=[_row(*row) for row in page.rows])


def all_decisions(session: Session, round_id: int) -> list[DecisionRow]:
    """Every bid before the panel, in rank order, unranked ones last."""
    return [_row(*row) for row in session.execute(_rows(round_id))]


def _rows(round_id: int, without: Collection[int] = ()) -> Select[*tuple[Any, ...]]:
    unranked_last = (Result.sort_key.is_(None), Result.sort_key.desc())
    return (
        select(Application, Result, Decision, func.rank().over(order_by=unranked_last))
        .outerjoin(Result, Result.application_id == Application.id)
        .outerjoin(Decision, and_(Decision.application_id == Application.id, Decision.replaced_at.is_(None)))
        .where(
            Application.round_id == round_id,
            Application.stage.in_((*BEFORE_THE_PANEL, *TAKES_FROM_THE_POT)),
            Application.id.not_in(without),
        )
        .order_by(*unranked_last, Application.ref)
    )


def _row(
    application: Application, result: Result | None, decision: Decision | None, rank: int
) -> DecisionRow:
    total = result.total if result else None
    return DecisionRow(
        application_id=application.id,
        ref=application.ref,
        title=application.title,
        lead=application.lead.name,
        stage=application.stage,
        ask=application.ask,
        total=Fraction(total) if total else None,
        rank=rank if total else None,
        outcome=decision.outcome if decision else None,
        amount=decision.amount if decision else 0,
        reserve_order=decision.reserve_order if decision else None,
        version=decision.version if decision else None,
        waits_for_countersignature=bool(
            decision and rules.waits(decision.countersign_needed, decision.countersigned_at)
        ),
        released_at=decision.released_at if decision else None,
        flagged=bool(decision and decision.flagged_at),
    )
