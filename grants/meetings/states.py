"""A meeting's life."""

from enum import StrEnum

from grants.core.states import Label, Machine, Step


class MeetingState(StrEnum):
    """How far a meeting has come."""

    CALLED = "called"
    OPEN = "open"
    CLOSED = "closed"


_M = MeetingState

MEETING: Machine[MeetingState] = Machine(
    name="meeting",
    initial=_M.CALLED,
    steps={
        "open": Step(frozenset({_M.CALLED}), _M.OPEN),
        "close": Step(frozenset({_M.OPEN}), _M.CLOSED),
    },
    labels={
        _M.CALLED: Label("Called", "Called"),
        _M.OPEN: Label("Meeting now", "Meeting now"),
        _M.CLOSED: Label("Over", "Over"),
    },
)
