"""Reading which bids of a round the chair should look at, and why."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation
from grants.applications.models import Application
from grants.applications.states import Origin, Stage
from grants.core.db import JsonDict
from grants.core.paging import PAGE_SIZE, Page
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.scoring.models import AgreedScore, Calibration, Result
from grants.scoring.moderation import Finding, FundingLine, Standing, Trigger, findings
from grants.scoring.queries import NOT_RANKED_ANY_MORE
from grants.scoring.states import CalibrationState

MODERATED = (Stage.IN_REVIEW, Stage.SCORED)
"""Stages in which the chair may record agreed scores: once a decision stands, it must be taken back first."""


money_left: dict[str, Callable[[Session, Round], int]] = {}
"""By room: pence that bids which are not decided on can still get, overrides included, less what decisions
took. The panels enter themselves here when the app is made.
"""


@dataclass(frozen=True)
class Triggered:
    """A bid for the chair to look at, with every reason. `agreed`: an agreed score is in force."""

    ref: str
    title: str
    lead: str
    origin: Origin
    stage: Stage
    agreed: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Bid:
    """A bid of the round as the list needs it."""

    standing: Standing
    shown: Triggered


@dataclass(frozen=True)
class Looking:
    """A page of the bids to look at, and how many set each trigger off, whatever is filtered."""

    page: Page[Triggered]
    counts: dict[Trigger, int]


def bids_to_look_at(
    session: Session,
    *,
    round_: Round,
    definition: FundDefinition,
    without: Collection[int],
    knows_line: bool,
    trigger: Trigger | None = None,
    number: int = 1,
) -> Looking:
    """A page of the round's bids that set a trigger off, by reference. Two queries, however many bids.

    `without` are bids that the reader sees nothing of. Only where `knows_line` is anything said about places
    at the funding line, which is drawn through bids that wait for a decision with the money left for them.
    """
    running = _bids(session, round_.id, _latest_estimates(session, round_.id))
    bids = [bid for bid in running if bid.shown.stage in MODERATED]
    line = _funding_line(session, round_, bids) if knows_line else None
    found = []
    counts = dict.fromkeys(Trigger, 0)
    for bid in bids:
        if bid.standing.application_id in without:
            continue
        why = findings(
            definition.rubric, definition.rules, bid.standing, spread=definition.review.spread, line=line
        )
        triggers = {one.trigger for one in why}
        for one in triggers:
            counts[one] += 1
        if triggers and (trigger is None or trigger in triggers):
            found.append((bid.shown, why))
    number = min(number, max(1, -(-len(found) // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    rows = [_with(shown, why) for shown, why in found[start : start + PAGE_SIZE]]
    return Looking(Page(rows, number, PAGE_SIZE, len(found)), counts)


def _funding_line(session: Session, round_: Round, bids: Sequence[Bid]) -> FundingLine:
    """Where the money that is left ends among `bids`: what was decided has had its share."""
    pot = round_.pot
    for left in money_left.values():
        pot = left(session, round_)
    return FundingLine([bid.standing for bid in bids], pot)


def _with(shown: Triggered, why: list[Finding]) -> Triggered:
    return Triggered(shown.ref, shown.title, shown.lead, shown.origin, shown.stage, shown.agreed, tuple(why))


def _latest_estimates(session: Session, round_id: int) -> JsonDict:
    """What the last calibration of the round that came out estimates; empty where there is none."""
    found = session.scalar(
        select(Calibration.results)
        .where(Calibration.round_id == round_id, Calibration.state == CalibrationState.READY)
        .order_by(Calibration.id.desc())
        .limit(1)
    )
    return (found or {}).get("estimates") or {}


def _bids(session: Session, round_id: int, estimates: JsonDict) -> list[Bid]:
    """Every bid in the running, by reference. Columns, not records: there may be ten thousand."""
    above: JsonDict = estimates.get("above", {})
    surprises: dict[int, list[float]] = {}
    for bid, _, value in estimates.get("surprise", []):
        surprises.setdefault(bid, []).append(value)
    return [
        Bid(
            Standing(
                application_id=row.id,
                ask=row.ask,
                total=Fraction(row.total) if row.total else None,
                sheets=row.sheets or 0,
                citizen_sheets=row.citizen_sheets or 0,
                late_conflict=bool(row.late_conflict),
                suspended=row.suspended,
                spread={place: Fraction(value) for place, value in (row.apart or {}).items()},
                without_one=[Fraction(value) for value in (row.without_one or {}).values()],
                surprises=surprises.get(row.id, ()),
                above=above.get(str(row.id)),
            ),
            Triggered(row.ref, row.title, row.lead, row.origin, row.stage, row.agreed, ()),
        )
        for row in session.execute(_in_the_running(round_id))
    ]


def _in_the_running(round_id: int) -> Select[*tuple[Any, ...]]:
    standing = and_(AgreedScore.application_id == Application.id, AgreedScore.replaced_at.is_(None))
    return (
        select(
            Application.id,
            Application.ref,
            Application.title,
            Organisation.name.label("lead"),
            Application.origin,
            Application.stage,
            Application.ask,
            Result.total,
            Result.sheets,
            Result.citizen_sheets,
            Result.late_conflict,
            Result.apart,
            Result.without_one,
            exists().where(standing, AgreedScore.suspended_at.is_(None)).label("agreed"),
            exists().where(standing, AgreedScore.suspended_at.is_not(None)).label("suspended"),
        )
        .join(Organisation, Organisation.id == Application.lead_id)
        .outerjoin(Result, Result.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.submitted_at.is_not(None),
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
        )
        .order_by(Application.ref)
    )
