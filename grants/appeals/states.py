"""Where an appeal stands, and what it may be about."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.language import mark
from grants.core.states import Label, Machine, step


class AppealState(StrEnum):
    """Where an appeal stands."""

    RECEIVED = "received"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


A = AppealState
APPEAL = Machine(
    name="appeal",
    initial=A.RECEIVED,
    steps={
        "uphold": step(A.UPHELD, A.RECEIVED),
        "turn_down": step(A.NOT_UPHELD, A.RECEIVED),
        "withdraw": step(A.WITHDRAWN, A.RECEIVED),
    },
    labels={
        A.RECEIVED: Label("Waits for an answer", mark("Received: we are considering it")),
        A.UPHELD: Label("Upheld", mark("Upheld: your appeal succeeded")),
        A.NOT_UPHELD: Label("Not upheld", mark("Not upheld: the decision stands")),
        A.WITHDRAWN: Label("Withdrawn", mark("Withdrawn by you")),
    },
)
del A


class Ground(StrEnum):
    """What an appeal rests on. Disagreeing with the panel's judgement is none of them."""

    PROCEDURE = "procedure"
    OVERLOOKED = "overlooked"
    CONFLICT = "conflict"
    BARRIER = "barrier"


GROUND_LABELS: Mapping[Ground, str] = {
    Ground.PROCEDURE: mark("The published way of deciding was not followed"),
    Ground.OVERLOOKED: mark("Something in our bid was overlooked or misread"),
    Ground.CONFLICT: mark("Somebody who took part had an interest of their own"),
    Ground.BARRIER: mark("We were treated unfairly, or something kept us from taking part fully"),
}
