"""What an invoice for money that is owed back says: the same words and bytes however much came back since."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from grants.applications.outline import Line, typed, words
from grants.core.clock import long_date
from grants.core.language import say
from grants.core.money import pounds


@dataclass(frozen=True)
class Invoice:
    """One invoice. `amount` is pence; `how_to_pay` is the fund file's, '' where it says nothing."""

    ref: str
    organisation: str
    bid: str
    council: str
    council_email: str
    approved_at: datetime
    issued_on: date
    due_on: date
    amount: int
    reason: str
    how_to_pay: str


def on_paper(invoice: Invoice) -> dict[str, Any]:
    """The data of `letters/invoice.typ`."""
    lines = [
        Line(say("Invoice number"), words(invoice.ref)),
        Line(say("To"), typed(invoice.organisation)),
        Line(say("From"), words(invoice.council)),
        Line(say("Date"), words(long_date(invoice.issued_on))),
        Line(say("About"), typed(invoice.bid)),
        Line(say("Why"), typed(invoice.reason)),
        Line(say("Amount"), words(pounds(invoice.amount))),
        Line(say("To be paid by"), words(long_date(invoice.due_on))),
    ]
    return {
        "title": say("Invoice %(ref)s", ref=invoice.ref),
        "author": invoice.council,
        "foot": say("Invoice %(ref)s", ref=invoice.ref),
        "facts": [asdict(line) for line in lines],
        "how_title": say("How to pay"),
        "how": invoice.how_to_pay
        or say(
            "Write to %(email)s, and we will tell you how to pay. Give the number of this invoice.",
            email=invoice.council_email,
        ),
        "part_paid": say(
            "If you have paid a part already, or we kept a part back from a payment, you owe only the rest."
        ),
        "council": invoice.council,
    }
