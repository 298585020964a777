"""The deeds of this room: the only functions that write its tables."""

from grants.monitoring.actions.chasing import chase_reports
from grants.monitoring.actions.drawing_up import draw_up, move_with_end
from grants.monitoring.actions.reviewing import accept, ask_more, give_time
from grants.monitoring.actions.writing import attach, detach, save_page, submit

__all__ = (
    "accept",
    "ask_more",
    "attach",
    "chase_reports",
    "detach",
    "draw_up",
    "give_time",
    "move_with_end",
    "save_page",
    "submit",
)
