"""Where a report on an award stands. That it is overdue is no state: the clock says it."""

from enum import StrEnum

from grants.core.language import mark
from grants.core.states import Label, Machine, step


class ReportState(StrEnum):
    """From the day an award is taken up to the day a manager has accepted the report."""

    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_ASKED = "more_asked"
    ACCEPTED = "accepted"


S = ReportState
REPORT = Machine(
    name=mark("report"),
    initial=S.DUE,
    steps={
        "begin": step(S.DRAFT, S.DUE),
        "submit": step(S.SUBMITTED, S.DRAFT, S.MORE_ASKED),
        "ask_more": step(S.MORE_ASKED, S.SUBMITTED),
        "accept": step(S.ACCEPTED, S.SUBMITTED),
    },
    labels={
        S.DUE: Label("Not started", mark("Not started")),
        S.DRAFT: Label("Being written", mark("Draft: not sent yet")),
        S.SUBMITTED: Label("Sent, to be reviewed", mark("Sent: we are reading it")),
        S.MORE_ASKED: Label("More asked for", mark("We ask for more")),
        S.ACCEPTED: Label("Accepted", mark("Accepted")),
    },
)
OPEN = (S.DUE, S.DRAFT, S.MORE_ASKED)
"""The organisation has to do something."""
COLOURS = {
    S.DUE: "blue",
    S.DRAFT: "light-blue",
    S.SUBMITTED: "purple",
    S.MORE_ASKED: "yellow",
    S.ACCEPTED: "green",
}
del S


class Use(StrEnum):
    """What a file shows."""

    RECEIPT = "receipt"
    PHOTO = "photo"
    OTHER = "other"


USE_LABELS = {
    Use.RECEIPT: mark("Receipt or invoice"),
    Use.PHOTO: mark("Photo"),
    Use.OTHER: mark("Something else"),
}
