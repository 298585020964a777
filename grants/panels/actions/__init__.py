"""The panel's deeds: deciding, countersigning, overriding the pot, releasing, deciding again."""

from grants.panels.actions.deciding import countersign, decide, follow_conflict
from grants.panels.actions.overriding import approve_override, ask_override, refuse_override
from grants.panels.actions.releasing import (
    approve_release,
    draft_release,
    keep_letter,
    resend_letter,
    write_to_new,
)
from grants.panels.actions.reopening import keep_from_pot, offer_from_reserve, reopen, take_back

__all__ = (
    "approve_override",
    "approve_release",
    "ask_override",
    "countersign",
    "decide",
    "draft_release",
    "follow_conflict",
    "keep_from_pot",
    "keep_letter",
    "offer_from_reserve",
    "refuse_override",
    "reopen",
    "resend_letter",
    "take_back",
    "write_to_new",
)
