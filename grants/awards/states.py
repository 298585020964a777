"""Where the conditions of an award and changes of it stand."""

from enum import StrEnum

from grants.core.language import mark
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


class VariationState(StrEnum):
    """Where a change of an award that its lead asks for stands."""

    ASKED = "asked"
    RECOMMENDED = "recommended"
    TO_SIGN = "to_sign"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


V = VariationState
VARIATION = Machine(
    name="variation of an award",
    initial=V.ASKED,
    steps={
        "recommend": step(V.RECOMMENDED, V.ASKED, V.RECOMMENDED),
        "approve": step(V.TO_SIGN, V.RECOMMENDED),
        "agree": step(V.AGREED, V.RECOMMENDED, V.TO_SIGN),
        "refuse": step(V.REFUSED, V.RECOMMENDED, V.TO_SIGN),
        "take_back": step(V.TAKEN_BACK, V.ASKED, V.RECOMMENDED, V.TO_SIGN),
    },
    labels={
        V.ASKED: Label("Waiting for a programme manager", mark("With the programme team")),
        V.RECOMMENDED: Label("Waiting for the chair", mark("With the chair of the panel")),
        V.TO_SIGN: Label("Waiting for a finance approver", mark("Approved by the chair, with finance")),
        V.AGREED: Label("Agreed", mark("Agreed")),
        V.REFUSED: Label("Refused", mark("Refused")),
        V.TAKEN_BACK: Label("Taken back", mark("Taken back")),
    },
)
del V

OPEN_VARIATION = (VariationState.ASKED, VariationState.RECOMMENDED, VariationState.TO_SIGN)
"""States in which a variation has no end yet."""
