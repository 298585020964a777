"""The job that drafts feedback for a round, a portion of bids at a time."""

from datetime import datetime

import structlog

from grants.core.db import unit_of_work
from grants.feedback import actions, queries
from grants.feedback.actions import Claimed

PORTION = 50
"""Bids drafted in one transaction: a fraction of a second, in which other writers wait on SQLite."""

log = structlog.get_logger(__name__)


def run_drafting(run_id: int, now: datetime) -> None:
    """Draft the feedback that the run asks for if it waits and nobody else has taken it; else do nothing."""
    with unit_of_work() as session:
        held = actions.claim(session, run_id=run_id, now=now)
        bids = list(queries.to_draft(session, held.round_id)) if held else []
    if held is None:
        return
    try:
        _draft_all(held, bids, now)
    except Exception as error:
        log.exception("feedback not drafted", run=run_id, error=type(error).__name__)
        with unit_of_work() as session:
            actions.fail(session, run=held, reason="Feedback could not be drafted.", now=now)


def _draft_all(held: Claimed, bids: list[int], now: datetime) -> None:
    for start in range(0, len(bids), PORTION):
        with unit_of_work() as session:
            portion = bids[start : start + PORTION]
            if not actions.draft_some(session, run=held, application_ids=portion, bids=len(bids), now=now):
                return
    with unit_of_work() as session:
        actions.finish(session, run=held, now=now)
