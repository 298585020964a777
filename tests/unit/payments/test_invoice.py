"""The words of an invoice."""

from dataclasses import replace
from datetime import UTC, date, datetime

from grants.payments.invoice import Invoice, on_paper

INVOICE = Invoice(
    ref="EF1-0001-R1",
    organisation="Marsh Growers",
    bid="Allotment for all (EF1-0001)",
    council="Luton Borough Council",
    council_email="grants@example.org",
    approved_at=datetime(2022, 3, 1, 9, tzinfo=UTC),
    issued_on=date(2022, 3, 1),
    due_on=date(2022, 3, 31),
    amount=100_001,
    reason="Spent on other things",
    how_to_pay="By bank transfer.",
)


def test_an_invoice_says_how_much_by_when_and_how() -> None:
    told = on_paper(INVOICE)
    facts = {line["label"]: line["value"]["text"] for line in told["facts"]}
    assert facts == {
        "Invoice number": "EF1-0001-R1",
        "To": "Marsh Growers",
        "From": "Luton Borough Council",
        "Date": "1 March 2022",
        "About": "Allotment for all (EF1-0001)",
        "Why": "Spent on other things",
        "Amount": "£1,000.01",
        "To be paid by": "31 March 2022",
    }
    assert told["how"] == "By bank transfer."
    assert "grants@example.org" in on_paper(replace(INVOICE, how_to_pay=""))["how"]
