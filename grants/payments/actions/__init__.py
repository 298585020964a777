"""The deeds of this room: the only functions that write its tables."""

from grants.payments.actions.approving import approve, download, reseal_files
from grants.payments.actions.building import build, cancel, check, why_not, why_not_line
from grants.payments.actions.owing import (
    approve_write_off,
    draft_receivable,
    draft_write_off,
    drop_write_off,
    keep_back,
    record_receipt,
    settle_draft,
)
from grants.payments.actions.planning import draw_up, release, replan
from grants.payments.actions.settling import mark_sent, settle_line, take_outcomes

__all__ = (
    "approve",
    "approve_write_off",
    "build",
    "cancel",
    "check",
    "download",
    "draft_receivable",
    "draft_write_off",
    "draw_up",
    "drop_write_off",
    "keep_back",
    "mark_sent",
    "record_receipt",
    "release",
    "replan",
    "reseal_files",
    "settle_draft",
    "settle_line",
    "take_outcomes",
    "why_not",
    "why_not_line",
)
