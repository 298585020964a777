"""A person's request to be deleted, from asking to its answer."""

from enum import StrEnum

from grants.core.states import Label, Machine, step


class DeletionState(StrEnum):
    """How far a request for deletion has come."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


DELETION = Machine(
    name="request for deletion",
    initial=DeletionState.ASKED,
    steps={
        "grant": step(DeletionState.GRANTED, DeletionState.ASKED),
        "refuse": step(DeletionState.REFUSED, DeletionState.ASKED),
        "take_back": step(DeletionState.TAKEN_BACK, DeletionState.ASKED),
    },
    labels={
        DeletionState.ASKED: Label("Waits for an answer", "Waiting for our answer"),
        DeletionState.GRANTED: Label("Granted", "Done"),
        DeletionState.REFUSED: Label("Refused", "Refused"),
        DeletionState.TAKEN_BACK: Label("Taken back", "Taken back by you"),
    },
)
