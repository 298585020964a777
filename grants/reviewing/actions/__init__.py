"""Deeds of reviewing: adding reviewers, sharing bids out, and conflicts of interest from first to last."""

from grants.reviewing.actions.assigning import RUN_JOB, request_assignment
from grants.reviewing.actions.conflicts import (
    ConflictFollower,
    conflict_followers,
    declare,
    record_conflict,
    settle_conflict,
)
from grants.reviewing.actions.reviewers import add_reviewer

__all__ = (
    "RUN_JOB",
    "ConflictFollower",
    "add_reviewer",
    "conflict_followers",
    "declare",
    "record_conflict",
    "request_assignment",
    "settle_conflict",
)
