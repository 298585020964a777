"""The deeds of this room."""

from grants.allocations.actions.deciding import (
    DecidedToLine,
    Reasons,
    Taken,
    decide_to_the_line,
    take_to_the_panel,
)
from grants.allocations.actions.planning import ask_for, ask_with_bid, work_out_again

__all__ = (
    "DecidedToLine",
    "Reasons",
    "Taken",
    "ask_for",
    "ask_with_bid",
    "decide_to_the_line",
    "take_to_the_panel",
    "work_out_again",
)
