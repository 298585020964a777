"""The job that works out how sure a round's ranking is: the one file through which the product needs scipy.

What it writes is read by pages as JSON; `grants.scoring.estimates` says what each part is.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.core.db import db, unit_of_work
from grants.programme import queries as programme
from grants.programme.definition import Coverage, FundDefinition, ReviewerKind, Rubric
from grants.programme.models import Round
from grants.reviewing.models import Conflict
from grants.scoring import standing
from grants.scoring.actions import bring_up_to_date, calibrating
from grants.scoring.agreement import agreement, alpha
from grants.scoring.breakdown import sheet_total
from grants.scoring.calibrate import BidEstimate, Calibration, Range, calibrate
from grants.scoring.calibrate import Sheet as Total
from grants.scoring.models import CellScore, Result, Sheet
from grants.scoring.queries import NOT_RANKED_ANY_MORE, TAKES_IT_OUT
from grants.scoring.rules import FULL_MARKS, CellKey, ScoredSheet, counting_themes, theme_score
from grants.scoring.states import SheetState

SURPRISING = 2.0
"""Standard deviations from which on a sheet's distance is kept."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BidRow:
    """A bid in the running. `ask` in pence; `sort_key` that of its total of record, None while unranked."""

    id: int
    ask: int
    sort_key: str | None
    themes: tuple[str, ...]


@dataclass(frozen=True)
class SheetRow:
    """A valid sheet with its cells."""

    bid: int
    reviewer: int
    cells: dict[CellKey, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """All that the estimates are made from. `bids` in the order of the ranking, unranked ones last."""

    bids: Sequence[BidRow]
    sheets: Sequence[SheetRow]
    definition: FundDefinition
    pot: int
    digest: str


def run_calibration(calibration_id: int, now: datetime) -> None:
    """Work the calibration out if it waits and nobody else has taken it; else do nothing."""
    started = time.monotonic()
    with unit_of_work() as session:
        held = calibrating.claim(session, calibration_id=calibration_id, now=now)
    if held is None:
        return
    try:
        found = _read(held.round_id, now=now)
        results = worked_out(found)
    except Exception as error:  # whatever it is, somebody waits for this and must be told
        log.warning("not calibrated", calibration=held.id, attempt=held.attempt, error=repr(error))
        reason = f"Something went wrong while this was worked out ({type(error).__name__})."
        with unit_of_work() as session:
            calibrating.fail(session, held=held, reason=reason, now=now, again=True)
        return
    with unit_of_work() as session:
        done_at = now + timedelta(seconds=time.monotonic() - started)
        calibrating.finish(session, held=held, digest=found.digest, results=results, now=done_at)


def worked_out(read: Read) -> dict[str, Any]:
    """The estimates as JSON. Agreement is asked of all bids with a review, never of a shortlist."""
    rubric = read.definition.rubric
    themes = {bid.id: bid.themes for bid in read.bids}
    totals = [
        Total(sheet.bid, sheet.reviewer, float(value))
        for sheet in read.sheets
        if (value := sheet_total(rubric, themes[sheet.bid], _scored(sheet))) is not None
    ]
    by_bid: dict[int, list[float]] = defaultdict(list)
    for one in totals:
        by_bid[one.bid].append(one.total)
    asks = {bid.id: bid.ask for bid in read.bids}
    found = calibrate(totals, span=float(FULL_MARKS), asks=asks, pot=read.pot)
    agreed = agreement(by_bid)
    return {
        "sheets": len(totals),
        "read": len(by_bid),
        "pot": read.pot,
        "agreement": asdict(agreed) if agreed else None,
        "alpha": alpha(by_bid),
        "themes": [_spread_of(rubric, key, read) for key in rubric.theme_keys],
        "far": read.definition.review.spread,
        "estimates": _estimates(found, read, totals) if found else None,
    }


def _estimates(found: Calibration, read: Read, totals: Sequence[Total]) -> dict[str, Any]:
    ranked = [bid for bid in read.bids if bid.sort_key is not None and bid.id in found.bids]
    by_adjusted = sorted(ranked, key=lambda bid: -found.bids[bid.id].adjusted.middle)
    funded, calibrated = _above(ranked, read.pot), _above(by_adjusted, read.pot)
    counts: dict[int, int] = defaultdict(int)
    for one in totals:
        counts[one.reviewer] += 1
    lenient = sorted(found.leniency.items(), key=lambda item: -item[1].middle)
    return {
        "bids": [
            [bid.id, bid.id in funded, bid.id in calibrated, *_numbers(found.bids[bid.id])] for bid in ranked
        ],
        "reviewers": [[person, counts[person], *_range(offset)] for person, offset in lenient],
        "surprise": [
            [bid, person, round(value, 3)]
            for (bid, person), value in found.surprise.items()
            if abs(value) >= SURPRISING
        ],
        "above": {str(bid): round(one.above, 4) for bid, one in found.bids.items()},
        "deviations": [
            round(value, 4)
            for value in (found.bid_deviation, found.reviewer_deviation, found.noise_deviation)
        ],
    }


def _numbers(one: BidEstimate) -> list[float]:
    return [round(one.mean, 4), *_range(one.adjusted), *_range(one.rank), round(one.above, 4)]


def _range(one: Range) -> list[float]:
    return [round(one.middle, 4), round(one.low, 4), round(one.high, 4)]


def _above(bids: Sequence[BidRow], pot: int) -> frozenset[int]:
    """What the pot funds down this order, up to the first bid that does not fit."""
    funded = set()
    for bid in bids:
        pot -= bid.ask
        if pot < 0:
            break
        funded.add(bid.id)
    return frozenset(funded)


def _spread_of(rubric: Rubric, theme: str, read: Read) -> dict[str, Any]:
    """How far apart the reviewers of a bid lie in one theme: highest less lowest, over bids with two."""
    scores: dict[int, list[float]] = defaultdict(list)
    for sheet in read.sheets:
        value = theme_score(rubric, theme, sheet.cells)
        if value is not None:
            scores[sheet.bid].append(float(value))
    apart = [max(values) - min(values) for values in scores.values() if len(values) > 1]
    quarters = quantiles(apart, n=4, method="inclusive") if len(apart) > 1 else [*apart, *apart, *apart]
    return {
        "theme": theme,
        "bids": len(apart),
        "quarters": [round(value, 4) for value in quarters],
        "most": round(max(apart, default=0.0), 4),
        "far": sum(value >= read.definition.review.spread for value in apart),
    }


def _scored(sheet: SheetRow) -> ScoredSheet:
    return ScoredSheet(ReviewerKind.CITIZEN, sheet.cells)  # the kind plays no part in a sheet's own total


def _read(round_id: int, *, now: datetime) -> Read:
    """Everything in one look, after results of older releases have been brought up to date."""
    while True:
        with unit_of_work() as session:
            if not bring_up_to_date(session, now=now):
                break
    session = db.session()
    try:
        round_ = programme.round_by_id(session, round_id)
        definition = programme.definition_of(round_)
        digest = standing.digest(session, round_)
        bids = _bids(session, round_, definition.rubric)
        return Read(bids, _sheets(session, round_id), definition, round_.pot, digest)
    finally:
        session.rollback()


def _bids(session: Session, round_: Round, rubric: Rubric) -> list[BidRow]:
    rows = session.execute(
        select(Application.id, Application.ask, Result.sort_key, Result.claimed)
        .join(Result, Result.application_id == Application.id)
        .where(Application.round_id == round_.id, Application.stage.not_in(NOT_RANKED_ANY_MORE))
        .order_by(Result.sort_key.desc().nulls_last(), Application.ref)
    )
    everything = rubric.coverage is Coverage.ALL
    return [
        BidRow(bid, ask, key, rubric.theme_keys if everything else counting_themes(rubric, claimed.split()))
        for bid, ask, key, claimed in rows
    ]


def _sheets(session: Session, round_id: int) -> list[SheetRow]:
    here = (
        Application.round_id == round_id,
        Application.stage.not_in(NOT_RANKED_ANY_MORE),
        Sheet.state == SheetState.LOCKED,
        Conflict.id.is_(None),
    )
    valid = (
        select(Sheet.id, Sheet.application_id, Sheet.person_id)
        .join(Application, Application.id == Sheet.application_id)
        .join(Result, Result.application_id == Application.id)
        .outerjoin(Conflict, TAKES_IT_OUT)
        .where(*here)
        .order_by(Sheet.application_id, Sheet.person_id)
    )
    found: Mapping[int, SheetRow] = {
        sheet: SheetRow(bid, person) for sheet, bid, person in session.execute(valid)
    }
    ids = valid.with_only_columns(Sheet.id).order_by(None).subquery()
    cells = session.execute(
        select(CellScore.sheet_id, CellScore.theme, CellScore.strand, CellScore.score).join(
            ids, ids.c.id == CellScore.sheet_id
        )
    )
    for sheet, theme, strand, score in cells:
        found[sheet].cells[theme, strand] = score
    return list(found.values())
