"""Deeds on feedback: having it drafted for a round, editing it, marking it as ready, sending it."""

from grants.feedback.actions.drafting import (
    DRAFT_JOB,
    Claimed,
    claim,
    draft_some,
    fail,
    finish,
    request_drafts,
    waiting,
)
from grants.feedback.actions.editing import mark_ready, save, send, take_back, take_up_scores

__all__ = [
    "DRAFT_JOB",
    "Claimed",
    "claim",
    "draft_some",
    "fail",
    "finish",
    "mark_ready",
    "request_drafts",
    "save",
    "send",
    "take_back",
    "take_up_scores",
    "waiting",
]
