"""Where the conditions of an award stand."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class ConditionState(StrEnum):
    """Where one condition of an award stands."""

    OPEN = "open"
    WAIVER_DRAFTED = "waiver_drafted"
    MET = "met"
    WAIVED = "waived"


C = ConditionState
CONDITION = Machine(
    name="condition of an award",
    initial=C.OPEN,
    steps={
        "meet": step(C.MET, C.OPEN, C.WAIVER_DRAFTED),
        "draft_waiver": step(C.WAIVER_DRAFTED, C.OPEN),
        "waive": step(C.WAIVED, C.WAIVER_DRAFTED),
        "keep": step(C.OPEN, C.WAIVER_DRAFTED),
    },
    labels={
        C.OPEN: Label("Open", "To be met"),
        C.WAIVER_DRAFTED: Label("Waiver before the chair", "To be met"),
        C.MET: Label("Met", "Met"),
        C.WAIVED: Label("Waived", "No longer asked for"),
    },
)
del C

UNSETTLED = (ConditionState.OPEN, ConditionState.WAIVER_DRAFTED)
"""States in which a condition still has to be met."""
