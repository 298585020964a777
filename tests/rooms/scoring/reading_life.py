"""What the rows say of a review's life, and what `life` says they should: the same, word for word."""

from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.applications.models import Application
from grants.audit import queries as trail
from grants.audit.rules import verify
from grants.core.db import db
from grants.programme.definition import ReviewerKind
from grants.reviewing import queries as reviewing
from grants.reviewing.models import Assignment, Conflict
from grants.scoring import history, policy, queries, rules
from grants.scoring.models import Reopening, Sheet
from grants.scoring.rules import Agreed, ScoredSheet
from grants.scoring.states import WAITING_REOPENINGS
from tests.rooms.scoring.life import OUT, Life, Seat
from tests.rooms.scoring.living import PEOPLE, THEMES, Town, small_fund

KINDS = {True: ReviewerKind.CITIZEN, False: ReviewerKind.VCS}
READERS = (*PEOPLE, "chair", "manager")


def rows(town: Town) -> dict[str, Any]:
    """Everything that a life may change, by what it is called there."""
    with town.app.app_context():
        session = db.session()
        bid = session.get_one(Application, town.bid_id)
        names = {town.panel.person_ids[name]: name for name in PEOPLE}
        found = {
            "stage": bid.stage.value,
            "tasks": {names[row.person_id]: row.state.value for row in session.scalars(select(Assignment))},
            "conflicts": {names[row.person_id]: row.state.value for row in session.scalars(select(Conflict))},
            "sheets": _sheets(session, names),
            "agreed": sorted(
                (row.theme, row.strand, row.hundredths // 100, row.suspended_at is not None)
                for row in queries.agreed_rows(session, town.bid_id)
            ),
            "result": _result(session, town.bid_id),
        }
        session.rollback()
        return found


def _sheets(session: Session, names: dict[int, str]) -> dict[str, Any]:
    """By person: the sheet's state, its scores, how often it was locked, and what waits to reopen it."""
    waiting = select(Reopening).where(Reopening.state.in_(WAITING_REOPENINGS))
    reopenings = {row.sheet_id: row.state.value for row in session.scalars(waiting)}
    found: dict[str, Any] = {}
    sheets = session.scalars(select(Sheet)).all()
    cells = queries.cells_of(session, [sheet.id for sheet in sheets])
    locks = history.locks_of(session, sheets[0].application_id) if sheets else {}
    for sheet in sheets:
        kept = locks.get(sheet.id, [])
        if sheet.locked_at is not None:
            assert kept[-1].locked_at == sheet.locked_at
            assert kept[-1].held["cells"] == _by_theme(cells[sheet.id])
        found[names[sheet.person_id]] = (
            sheet.state.value,
            cells.get(sheet.id, {}),
            len(kept),
            reopenings.get(sheet.id, ""),
        )
    return found


def _by_theme(cells: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (theme, strand), score in cells.items():
        found.setdefault(theme, {})[strand] = score
    return found


def _result(session: Session, bid_id: int) -> dict[str, Any] | None:
    row = queries.result_of(session, bid_id)
    if row is None or not (row.sheets or row.late_conflict):
        return None
    return {
        "total": row.total and Fraction(row.total),
        "key": row.sort_key,
        "themes": {theme: Fraction(value) for theme, value in row.themes.items()},
        "sheets": row.sheets,
        "citizens": row.citizen_sheets,
        "late": row.late_conflict,
        "without_one": len(row.without_one),
    }


def rows_on_paper(life: Life) -> dict[str, Any]:
    """The same as it should be."""
    seats = life.seats.items()
    return {
        "stage": life.stage,
        "tasks": {name: seat.task for name, seat in seats if seat.task},
        "conflicts": {name: seat.conflict for name, seat in seats if seat.conflict},
        "sheets": {
            name: (seat.sheet, _cells(seat), seat.locks, seat.reopening) for name, seat in seats if seat.sheet
        },
        "agreed": sorted((one.theme, one.strand, one.score, one.suspended) for one in life.agreed),
        "result": _result_on_paper(life),
    }


def _cells(seat: Seat) -> dict[tuple[str, str], int]:
    strands = small_fund().rubric.strand_keys
    return {(theme, strand): score for theme, score in seat.cells.items() for strand in strands}


def _result_on_paper(life: Life) -> dict[str, Any] | None:
    """The plain arithmetic, given only the sheets that count: others might as well not be there."""
    fund = small_fund()
    valid = [seat for seat in life.seats.values() if seat.valid]
    late = any(seat.sheet == "locked" and seat.conflict in OUT for seat in life.seats.values())
    if not valid and not late:
        return None
    in_force = [one for one in life.agreed if not one.suspended]
    agreed = Agreed(
        cells={(one.theme, one.strand): one.score for one in in_force if one.strand},
        themes={one.theme: Fraction(one.score) for one in in_force if not one.strand},
    )
    score = rules.score_bid(
        rubric=fund.rubric,
        rules=fund.rules,
        claims=THEMES,
        sheets=[ScoredSheet(KINDS[seat.citizen], _cells(seat)) for seat in valid],
        agreed=agreed,
    )
    total = score.total if life.ranked else None
    assert bool(score.unranked_because) is not life.ranked
    return {
        "total": total,
        "key": None if total is None else rules.sort_key(total),
        "themes": dict(score.themes),
        "sheets": len(valid),
        "citizens": sum(seat.citizen for seat in valid),
        "late": late,
        "without_one": len(valid) if len(valid) > 1 else 0,
    }


def sight(town: Town) -> dict[str, tuple[bool, bool, bool]]:
    """By person: whether they see others' scores of the bid, the ranking, and anything of the bid in it."""
    with town.app.app_context():
        session = db.session()
        found = {}
        for name in READERS:
            actor = people.actor_for(session, town.panel.person_ids[name])
            found[name] = (
                policy.may_see_others(session, actor, town.bid_id).allowed,
                policy.may_see_ranking(session, actor, town.round_id).allowed,
                town.bid_id not in reviewing.hidden_from(session, actor.person_id, town.round_id),
            )
        session.rollback()
        return found


def sight_on_paper(life: Life) -> dict[str, tuple[bool, bool, bool]]:
    """The same as it should be: blind, then open; hidden from whoever has a conflict."""
    ranks = ("chair", "deputy", "manager")
    return {
        name: (
            life.sees_others(name),
            name in ranks and not life.unfinished(name),
            not life.blocked(name),
        )
        for name in READERS
    }


def trail_holds(town: Town) -> bool:
    """Whether the trail is unbroken from the first entry to the last."""
    with town.app.app_context():
        session = db.session()
        verdict = verify(trail.walk(session), noted=trail.noted_tail(session))
        session.rollback()
        return verdict.ok
