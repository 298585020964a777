"""Where a score sheet stands."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class SheetState(StrEnum):
    """A locked sheet counts; a draft does not."""

    DRAFT = "draft"
    LOCKED = "locked"


SHEET = Machine(
    name="score sheet",
    initial=SheetState.DRAFT,
    steps={
        "lock": step(SheetState.LOCKED, SheetState.DRAFT),
        "reopen": step(SheetState.DRAFT, SheetState.LOCKED),
    },
    labels={
        SheetState.DRAFT: Label("Being scored", "Being read"),
        SheetState.LOCKED: Label("Locked", "Being read"),
    },
)
