"""Keeping each bid's result, and with it its stage, true."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.permissions import Actor
from grants.scoring import queries, rules
from grants.scoring.models import Result
from grants.scoring.rules import Score


def refresh_result(session: Session, *, application_id: int, now: datetime) -> Result:
    """Work the bid's score out again from its valid sheets and the agreed scores in force, and keep it.

    Called by every deed that could change a mean. Changes no stage.
    """
    bid = queries.bid(session, application_id)
    sheets = queries.scored_sheets(session, application_id)
    score = rules.score_bid(
        rubric=bid.definition.rubric,
        rules=bid.definition.rules,
        claims=queries.claims(session, bid.definition.rubric, bid.application.current_version_id),
        sheets=sheets,
        agreed=queries.in_force(queries.agreed_rows(session, application_id)),
    )
    result = queries.result_of(session, application_id) or Result(application_id=application_id)
    _write(result, bid, score)
    result.late_conflict = any(sheet.out_of_means for sheet in sheets)
    result.refreshed_at = now
    session.add(result)
    session.flush()
    return result


def _write(result: Result, bid: Bid, score: Score) -> None:
    ranked = score.total is not None and not score.unranked_because
    result.round_id = bid.round.id
    result.total = str(score.total) if ranked else None
    result.sort_key = rules.sort_key(score.total) if ranked and score.total is not None else None
    result.themes = {theme: str(value) for theme, value in score.themes.items()}
    result.sheets, result.citizen_sheets = score.sheets, score.citizen_sheets
    result.unranked_because = " ".join(score.unranked_because)


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
