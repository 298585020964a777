"""The life of an extension: drafted by a manager, approved or refused by a chair."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class ExtensionState(StrEnum):
    """Where a request for more time stands."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


S = ExtensionState
EXTENSION = Machine(
    name="extension",
    initial=S.DRAFTED,
    steps={
        "approve": step(S.APPROVED, S.DRAFTED),
        "refuse": step(S.REFUSED, S.DRAFTED),
        "withdraw": step(S.WITHDRAWN, S.DRAFTED),
    },
    labels={
        S.DRAFTED: Label("Waiting for the chair", "Being considered"),
        S.APPROVED: Label("Approved", "Given"),
        S.REFUSED: Label("Refused", "Not given"),
        S.WITHDRAWN: Label("Withdrawn", "Not given"),
    },
)
del S
