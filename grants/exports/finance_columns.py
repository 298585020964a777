"""The columns of finance's files: what stands before the money, the money, and what each file is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grants.core.spreadsheet import Heading, Kind
from grants.exports.money_row import (
    CommitmentMoney,
    Money,
    PaymentMoney,
    PositionMoney,
    ReceivableMoney,
)
from grants.exports.states import ExportKind, Grouping


@dataclass(frozen=True)
class MoneyColumn:
    """A heading, and which amount of the kind's money stands under it. Every one of them has a total."""

    heading: str
    pence: Callable[[Any], int]


_AWARD = (Heading("Bid"), Heading("Project", width=40), Heading("Organisation", width=36))

SAYS: Mapping[ExportKind, tuple[Heading, ...]] = {
    ExportKind.COMMITMENTS: (
        *_AWARD,
        Heading("Cost code"),
        Heading("Stage"),
        Heading("Released on", Kind.DAY, 12),
        Heading("Accepted on", Kind.DAY, 12),
        Heading("Ended on", Kind.DAY, 12),
        Heading("Why it may not be paid yet", width=40),
    ),
    ExportKind.PAYMENTS: (
        Heading("Batch"),
        Heading("Reference", width=20),
        Heading("Bid"),
        Heading("Organisation", width=36),
        Heading("Supplier number"),
        Heading("Cost code"),
        Heading("Instalment", width=24),
        Heading("Day of payment", Kind.DAY, 12),
        Heading("Sent on", Kind.DAY, 12),
        Heading("State", width=12),
        Heading("Paid on", Kind.DAY, 12),
        Heading("Failed or returned on", Kind.DAY, 12),
    ),
    ExportKind.RECEIVABLES: (
        Heading("Invoice"),
        Heading("Bid"),
        Heading("Organisation", width=36),
        Heading("Supplier number"),
        Heading("Cost code"),
        Heading("What for"),
        Heading("State"),
        Heading("Asked for on", Kind.DAY, 12),
        Heading("Approved on", Kind.DAY, 12),
        Heading("Due on", Kind.DAY, 12),
    ),
    ExportKind.POSITION: (
        *_AWARD,
        Heading("Cost code"),
        Heading("Accepted on", Kind.DAY, 12),
        Heading("Ended on", Kind.DAY, 12),
    ),
}

MONEY: Mapping[ExportKind, tuple[MoneyColumn, ...]] = {
    ExportKind.COMMITMENTS: (
        MoneyColumn("Awarded (£)", lambda money: money.awarded),
        MoneyColumn("Varied (£)", lambda money: money.varied),
        MoneyColumn("Award as it stands (£)", lambda money: money.amount),
        MoneyColumn("Paid (£)", lambda money: money.paid),
        MoneyColumn("Came back (£)", lambda money: money.received),
        MoneyColumn("Net paid (£)", lambda money: money.net_paid),
        MoneyColumn("Kept back (£)", lambda money: money.kept_back),
        MoneyColumn("Committed, not paid yet (£)", lambda money: money.unpaid),
        MoneyColumn("Of it, with the bank (£)", lambda money: money.at_bank),
        MoneyColumn("Of it, may not be paid yet (£)", lambda money: money.held),
        MoneyColumn("Given back to the pot (£)", lambda money: money.given_back),
        MoneyColumn("Still owed back (£)", lambda money: money.owed),
    ),
    ExportKind.PAYMENTS: (
        MoneyColumn("Amount (£)", lambda money: money.amount),
        MoneyColumn("Paid (£)", lambda money: money.paid),
        MoneyColumn("Open (£)", lambda money: money.open),
        MoneyColumn("Failed (£)", lambda money: money.failed),
        MoneyColumn("Returned (£)", lambda money: money.returned),
    ),
    ExportKind.RECEIVABLES: (
        MoneyColumn("Amount (£)", lambda money: money.amount),
        MoneyColumn("Received (£)", lambda money: money.received),
        MoneyColumn("Kept back (£)", lambda money: money.kept_back),
        MoneyColumn("Written off (£)", lambda money: money.written_off),
        MoneyColumn("Still owed (£)", lambda money: money.outstanding),
        MoneyColumn("To be approved (£)", lambda money: money.drafted),
        MoneyColumn("Not approved (£)", lambda money: money.refused),
    ),
    ExportKind.POSITION: (
        MoneyColumn("Award (£)", lambda money: money.awarded),
        MoneyColumn("Offered, not taken up (£)", lambda money: money.offered),
        MoneyColumn("Paid (£)", lambda money: money.paid),
        MoneyColumn("Of it prepaid (£)", lambda money: money.prepaid),
        MoneyColumn("Came back (£)", lambda money: money.received),
        MoneyColumn("Net paid (£)", lambda money: money.net_paid),
        MoneyColumn("Accrual: due, not paid (£)", lambda money: money.due),
        MoneyColumn("Commitment: due later (£)", lambda money: money.later),
        MoneyColumn("Given back to the pot (£)", lambda money: money.given_back),
    ),
}
"""The first of each is the amount by which a file is checked."""

EMPTY: Mapping[ExportKind, Money] = {
    ExportKind.COMMITMENTS: CommitmentMoney(),
    ExportKind.PAYMENTS: PaymentMoney(),
    ExportKind.RECEIVABLES: ReceivableMoney(),
    ExportKind.POSITION: PositionMoney(),
}

GROUP_HEADS: Mapping[Grouping, str] = {
    Grouping.THEME: "Theme",
    Grouping.PLACE: "Group of wards",
    Grouping.ORGANISATION: "Organisation",
    Grouping.PARTNER: "Partner",
}

ROW_NOUNS: Mapping[ExportKind, str] = {
    ExportKind.COMMITMENTS: "award",
    ExportKind.PAYMENTS: "payment",
    ExportKind.RECEIVABLES: "invoice",
    ExportKind.POSITION: "award",
}
"""What one line of a file is."""
