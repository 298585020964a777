"""A round with as many scored and decided bids as wanted.

Set-up, not measurement: the bids come through the importing action, but their assignments, sheets, results
and decisions are inserted in bulk. Results are exact, by the scoring rules, from a seeded simulation.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.applications import actions as applications
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import service
from grants.programme import actions as programme
from grants.programme.definition import FundDefinition, ReviewerKind, Rubric
from grants.programme.models import Round
from grants.reviewing.models import Assignment
from grants.reviewing.states import AssignmentState
from grants.scoring import breakdown, rules
from grants.scoring.breakdown import Breakdown
from grants.scoring.models import Result, Sheet
from grants.scoring.rules import Agreed, Score, ScoredSheet
from grants.scoring.states import SheetState
from tests.benchmarks.bulk import bids_in_bulk
from tests.whole_life import simulation

OPERATOR = service("benchmark")
FUNDED = 30
MOST_IMPORTED = 2_000
"""Beyond this the importing action would take minutes; larger crowds are inserted as rows."""


def gather(
    session: Session,
    definition: FundDefinition,
    *,
    bids: int,
    readers: dict[int, ReviewerKind],
    chair: int,
    now: datetime,
) -> str:
    """A round of its own with so many bids, each scored by every reader. Gives the round's ref."""
    definition = replace(definition, round_key=f"bench-{bids}", round_name=f"Round with {bids:,} bids")
    round_ = programme.load_fund(session, definition=definition, actor=OPERATOR, now=now).round
    if bids > MOST_IMPORTED:
        found = bids_in_bulk(session, round_, bids, now=now)
    else:
        found = [_bid(session, round_, number, now=now) for number in range(1, bids + 1)]
    _score(session, round_, definition, found, readers, now=now)
    _decide(session, found, chair=chair, now=now)
    return round_.ref


def _bid(session: Session, round_: Round, number: int, *, now: datetime) -> Application:
    lead = accounts.find_or_create_organisation(
        session,
        name=f"Neighbourhood association number {number}",
        kind=OrganisationKind.CONSTITUTED_GROUP,
        external_id=f"{round_.ref}-{number}",
        actor=OPERATOR,
        now=now,
    )
    return applications.receive_imported(
        session,
        round_id=round_.id,
        lead_id=lead.id,
        title=f"Helping our neighbours through the pandemic, project {number}",
        ask=500_000 + 1_000 * number,
        answers={},
        source_id=f"bench-{number}",
        source_digest="",
        submitted_at=now - timedelta(days=2),
        not_collected=["partners", "answers"],
        imported={},
        actor=OPERATOR,
        now=now,
    )


def _score(
    session: Session,
    round_: Round,
    definition: FundDefinition,
    bids: list[Application],
    readers: dict[int, ReviewerKind],
    *,
    now: datetime,
) -> None:
    """Three rows a reader and bid but no cells: no measured page reads the cells of these bids."""
    pairs = [(bid, reader) for bid in bids for reader in readers]
    assignments = session.scalars(
        insert(Assignment).returning(Assignment.id, sort_by_parameter_order=True),
        [
            {
                "application_id": bid.id,
                "person_id": reader,
                "state": AssignmentState.CLEARED,
                "assigned_at": now,
                "declared_at": now,
            }
            for bid, reader in pairs
        ],
    ).all()
    session.execute(
        insert(Sheet),
        [
            {
                "assignment_id": assignment,
                "application_id": bid.id,
                "person_id": reader,
                "version_id": bid.current_version_id,
                "state": SheetState.LOCKED,
                "simulated": True,
                "started_at": now,
                "locked_at": now,
            }
            for assignment, (bid, reader) in zip(assignments, pairs, strict=True)
        ],
    )
    session.execute(
        insert(Result),
        [_result(round_, bid, *_worked_out(definition, bid, readers), now=now) for bid in bids],
    )


def _worked_out(
    definition: FundDefinition, bid: Application, readers: dict[int, ReviewerKind]
) -> tuple[Score, Breakdown]:
    sheets = [
        ScoredSheet(kind, _cells(definition.rubric, bid.source_id or "", reader))
        for reader, kind in readers.items()
    ]
    score = rules.score_bid(
        rubric=definition.rubric,
        rules=definition.rules,
        claims=definition.rubric.theme_keys,
        sheets=sheets,
        agreed=Agreed(),
    )
    return score, breakdown.breakdown(definition.rubric, definition.rubric.theme_keys, sheets)


def _cells(rubric: Rubric, source_id: str, reader: int) -> dict[tuple[str, str], int]:
    return {
        (theme, strand): score
        for theme in rubric.theme_keys
        for strand, score in simulation.scores(
            rubric, source_id=source_id, reviewer=reader, theme=theme
        ).items()
    }


def _result(
    round_: Round, bid: Application, score: Score, found: Breakdown, *, now: datetime
) -> dict[str, object]:
    assert score.total is not None
    assert not score.unranked_because
    return {
        "application_id": bid.id,
        "round_id": round_.id,
        "total": str(score.total),
        "sort_key": rules.sort_key(score.total),
        "themes": {theme: str(value) for theme, value in score.themes.items()},
        "sheets": score.sheets,
        "citizen_sheets": score.citizen_sheets,
        "measures": dict(breakdown.measures(score, found)),
        "claimed": "",
        "shape": breakdown.SHAPE,
        "refreshed_at": now,
    }


def _decide(session: Session, bids: list[Application], *, chair: int, now: datetime) -> None:
    """Some are funded, the others declined; nothing is released."""
    session.execute(
        insert(Decision),
        [
            {
                "application_id": bid.id,
                "outcome": Outcome.FUND if place < FUNDED else Outcome.DECLINE,
                "amount": bid.ask if place < FUNDED else 0,
                "reason": "Decided for the benchmark.",
                "decided_by_id": chair,
                "decided_at": now,
            }
            for place, bid in enumerate(bids)
        ],
    )
    session.execute(
        update(Application)
        .where(Application.id.in_([bid.id for bid in bids]))
        .values(stage=Stage.DECIDED)
        .execution_options(synchronize_session=False)
    )
