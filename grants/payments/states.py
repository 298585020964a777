"""Where batches, their lines and receivables stand."""

from enum import StrEnum

from grants.core.states import Label, Machine, step
from grants.programme.paying import DueBy


class BatchState(StrEnum):
    """A batch lives until it is settled or cancelled."""

    BUILT = "built"
    CHECKED = "checked"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    CANCELLED = "cancelled"


B = BatchState
BATCH = Machine(
    name="payment batch",
    initial=B.BUILT,
    steps={
        "check": step(B.CHECKED, B.BUILT),
        "approve": step(B.APPROVED, B.CHECKED),
        "cancel": step(B.CANCELLED, B.BUILT, B.CHECKED, B.APPROVED),
        "send": step(B.SENT, B.APPROVED),
        "settle": step(B.SETTLED, B.SENT),
    },
    labels={
        B.BUILT: Label("Built, to be checked", "Built, to be checked"),
        B.CHECKED: Label("Checked, to be approved", "Checked, to be approved"),
        B.APPROVED: Label("Approved, to be sent to the bank", "Approved, to be sent to the bank"),
        B.SENT: Label("Sent to the bank", "Sent to the bank"),
        B.SETTLED: Label("Settled", "Settled"),
        B.CANCELLED: Label("Cancelled", "Cancelled"),
    },
)
UNSENT = (B.BUILT, B.CHECKED, B.APPROVED)
"""Nothing of such a batch has gone to the bank."""
del B


class LineState(StrEnum):
    """One payment of a batch."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    LEFT_OUT = "left_out"


L = LineState
LINE = Machine(
    name="payment",
    initial=L.OPEN,
    steps={
        "leave_out": step(L.LEFT_OUT, L.OPEN),
        "pay": step(L.PAID, L.OPEN),
        "fail": step(L.FAILED, L.OPEN),
        "return": step(L.RETURNED, L.OPEN, L.PAID),
    },
    labels={
        L.OPEN: Label("Open", "Open"),
        L.PAID: Label("Paid", "Paid"),
        L.FAILED: Label("Failed", "Failed"),
        L.RETURNED: Label("Returned", "Returned"),
        L.LEFT_OUT: Label("Left out", "Left out"),
    },
)
LIVE = (L.OPEN, L.PAID)
"""An instalment has at most one such line, ever: the database holds that."""
del L


class Owing(StrEnum):
    """Why an organisation owes money back."""

    UNDERSPEND = "underspend"
    CLAWBACK = "clawback"


OWING_LABELS = {Owing.UNDERSPEND: "Underspend", Owing.CLAWBACK: "Clawback"}


class ReceivableState(StrEnum):
    """Money that an organisation owes the council."""

    DRAFTED = "drafted"
    INVOICED = "invoiced"
    SETTLED = "settled"
    REFUSED = "refused"


R = ReceivableState
RECEIVABLE = Machine(
    name="receivable",
    initial=R.DRAFTED,
    steps={
        "approve": step(R.INVOICED, R.DRAFTED),
        "refuse": step(R.REFUSED, R.DRAFTED),
        "settle": step(R.SETTLED, R.INVOICED),
    },
    labels={
        R.DRAFTED: Label("To be approved", "To be approved"),
        R.INVOICED: Label("Invoiced", "Invoiced"),
        R.SETTLED: Label("Settled", "Settled"),
        R.REFUSED: Label("Not approved", "Not approved"),
    },
)
STANDING = (R.DRAFTED, R.INVOICED, R.SETTLED)
"""What counts against the money that was paid: no more can be owed back than was paid."""
del R


class CameBy(StrEnum):
    """How money came back."""

    BANK = "bank"
    OFFSET = "offset"


DUE_LABELS = {DueBy.DAY: "A day", DueBy.MILESTONE: "A milestone", DueBy.REPORT: "A report"}
"""What an instalment waits for."""

CAME_BY_LABELS = {CameBy.BANK: "Received", CameBy.OFFSET: "Kept back from an instalment"}

STATE_COLOURS = {
    "built": "blue",
    "checked": "blue",
    "approved": "yellow",
    "sent": "purple",
    "settled": "green",
    "paid": "green",
    "failed": "red",
    "returned": "red",
    "drafted": "blue",
    "invoiced": "yellow",
}
"""Of the tags that show a state; others are grey."""
