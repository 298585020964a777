"""Keeping each bid's result, and with it its stage, true."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.permissions import Actor
from grants.scoring import breakdown, moderation, queries, rules
from grants.scoring.models import Result
from grants.scoring.rules import Score

MOST_AT_ONCE = 200
"""Results written again in one transaction: a second or so, in which other writers wait on SQLite."""


def refresh_result(session: Session, *, application_id: int, now: datetime) -> Result:
    """Work the bid's score out again from its valid sheets and the agreed scores in force, and keep it.

    Called by every deed that could change a mean. Changes no stage.
    """
    bid = queries.bid(session, application_id)
    by_reviewer = queries.scored_sheets(session, application_id)
    sheets = list(by_reviewer.values())
    rubric = bid.definition.rubric
    agreed = queries.in_force(queries.agreed_rows(session, application_id))
    claims = queries.claims(session, rubric, bid.application.current_version_id)
    score = rules.score_bid(
        rubric=rubric, rules=bid.definition.rules, claims=claims, sheets=sheets, agreed=agreed
    )
    counting = rules.counting_themes(rubric, claims)
    result = queries.result_of(session, application_id) or Result(application_id=application_id)
    _write(result, bid, score)
    found = breakdown.breakdown(rubric, counting, sheets)
    result.measures = dict(breakdown.measures(score, found))
    result.claimed = breakdown.claimed_text(queries.claimed(session, bid.application.current_version_id))
    result.shape = breakdown.SHAPE
    result.apart = _texts(moderation.spreads(rubric, counting, sheets))
    result.without_one = _texts(moderation.totals_without_one(rubric, counting, by_reviewer, agreed))
    result.late_conflict = any(sheet.out_of_means for sheet in sheets)
    result.refreshed_at = now
    session.add(result)
    session.flush()
    return result


def _texts(values: Mapping[Any, Fraction]) -> dict[str, str]:
    """Exact values as a JSON column keeps them."""
    return {str(key): str(value) for key, value in values.items()}


def _write(result: Result, bid: Bid, score: Score) -> None:
    ranked = score.total is not None and not score.unranked_because
    result.round_id = bid.round.id
    result.total = str(score.total) if ranked else None
    result.sort_key = rules.sort_key(score.total) if ranked and score.total is not None else None
    result.themes = {theme: str(value) for theme, value in score.themes.items()}
    result.sheets, result.citizen_sheets = score.sheets, score.citizen_sheets
    result.unranked_because = " ".join(score.unranked_because)


def bring_up_to_date(session: Session, *, now: datetime) -> int:
    """Write some results again that an older release wrote, so that the ranking shows and sorts all of them.

    Gives how many; a chore calls it until there are none left.
    """
    waiting = session.scalars(
        select(Result.application_id).where(Result.shape < breakdown.SHAPE).limit(MOST_AT_ONCE)
    ).all()
    for application_id in waiting:
        refresh_result(session, application_id=application_id, now=now)
    return len(waiting)


def fit_stage(session: Session, *, application: Application, actor: Actor, now: datetime) -> None:
    """Move a bid to "scored" once all its sheets are locked and it can be ranked, and back when it cannot.

    For deeds that refreshed the result, and for later rooms that returned a bid to the panel.
    """
    result = queries.result_of(session, application.id)
    ranked = result is not None and result.sort_key is not None
    if application.stage is Stage.IN_REVIEW and ranked and queries.all_locked(session, application.id):
        applications.advance(session, application=application, deed="finish_scoring", actor=actor, now=now)
    elif application.stage is Stage.SCORED and not ranked:
        applications.advance(session, application=application, deed="return_to_review", actor=actor, now=now)


def follow_team(session: Session, application_id: int, actor: Actor, now: datetime) -> None:
    """Somebody left the bid's team: those who are left may all have locked their sheets.

    Entered in `reviewing.actions.team_followers`.
    """
    fit_stage(session, application=bids.for_update(session, application_id), actor=actor, now=now)
