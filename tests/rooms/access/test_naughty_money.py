"""Text that breaks careless software, in what finance and organisations write about payments and accounts."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from grants.banking import actions as banking
from grants.banking.actions.checking import DAY, SIX_DIGITS
from grants.banking.models import BankDetails
from grants.banking.rules import LONGEST_NAME
from grants.core.db import unit_of_work
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.rules import LONGEST_NAME as LONGEST_PART
from grants.payments.rules import LONGEST_TEXT
from tests.paths import needs_shared_data
from tests.rooms.access.banking_records import DRAFT
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, kept, strings, trimmed
from tests.rooms.access.payment_records import PARTS
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

LONGEST_LINE = 200
"""Of what the bank says of a payment, and of a reference on a statement."""

ROWS_AT_ONCE = 20


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def test_the_names_of_instalments(town: Visits) -> None:
    desk, bid_id = Desk(town, "finance officer"), town.town.bid_ids["active"]
    mine = select(func.max(Instalment.number)).where(Instalment.application_id == bid_id)
    names = [text for text in strings() if len(text) <= LONGEST_PART and trimmed(text)]
    for start in range(0, len(names), ROWS_AT_ONCE):
        some = names[start : start + ROWS_AT_ONCE]
        ((seen,),) = desk.stored(mine)
        body: dict[str, object] = {"seen": seen, "go": "save", "reason": some[0]}
        for n, name in enumerate(some):
            pence = PARTS[5] - 100 * (len(some) - 1) if n == 0 else 100
            amount = f"{pence // 100}.{pence % 100:02d}"
            body |= {f"parts-{n}-name": name, f"parts-{n}-amount": amount, f"parts-{n}-due_by": "report"}
            body |= {f"parts-{n}-due_on-{unit}": number for unit, number in zip(("day", "month", "year"), (1, 1, 2031), strict=True)}  # fmt: skip  # noqa: E501
        desk.send("payments.replan", "active", body)
        stored = desk.stored(
            select(Instalment.name)
            .where(Instalment.application_id == bid_id, Instalment.number > seen)
            .order_by(Instalment.number)
        )
        assert [name for (name,) in stored] == list(map(trimmed, some))
    page = desk.read("payments.award", "active")
    assert [name for name in map(trimmed, some) if not page.holds(name)] == []


def test_why_money_is_owed_back_and_given_up(town: Visits) -> None:
    desk, owed = Desk(town, "finance officer"), town.town.records["owed@invoiced"]["receivable_id"]
    newest = select(Receivable.id, Receivable.reason).order_by(Receivable.id.desc()).limit(1)
    mine = select(Receivable.write_off_reason, Receivable.version).where(Receivable.id == owed)
    for text in in_one(LONGEST_TEXT):
        desk.send(
            "payments.draft_receivable", "active", {"owing": "clawback", "amount": "0.01", "reason": text}
        )
        ((key, reason),) = desk.stored(newest)
        assert reason == trimmed(text)
        ((_, version),) = desk.stored(mine)
        desk.send("payments.draft_write_off", "owed@invoiced", {"reason": text, "version": version})
        assert desk.stored(mine)[0][0] == trimmed(text)
        if "<" in text:
            page = desk.read("payments.receivable", "owed@invoiced", receivable_id=key)
            assert page.holds(trimmed(text))
            assert desk.read("payments.receivable", "owed@invoiced").holds(trimmed(text))


def test_references_on_statements(town: Visits) -> None:
    desk, owed = Desk(town, "finance officer"), town.town.records["owed@invoiced"]["receivable_id"]
    version = select(Receivable.version).where(Receivable.id == owed)
    when = {"received_on-day": 1, "received_on-month": 1, "received_on-year": 2020, "amount": "0.01"}
    wanted = list(in_one(LONGEST_LINE))[::4]  # a box like many others, and its page grows with each
    for text in wanted:
        ((seen,),) = desk.stored(version)
        desk.send("payments.record_receipt", "owed@invoiced", {**when, "note": text, "version": seen})
    rows = desk.stored(select(Receipt.note).where(Receipt.receivable_id == owed).order_by(Receipt.id))
    assert [note for (note,) in rows] == list(map(trimmed, wanted))
    page = desk.read("payments.receivable", "owed@invoiced")
    assert [note for note in map(trimmed, wanted) if not page.holds(note)] == []


def test_what_the_bank_says_and_why_a_batch_is_cancelled(town: Visits) -> None:
    desk, records = Desk(town, "finance officer"), town.town.records
    payment, batch = records["payment"], records["batch@approved"]
    notes = [text for text in in_one(LONGEST_LINE) if "<" in text][:10]
    for note, reason in zip(notes, in_one(LONGEST_TEXT), strict=False):
        body = {"version": payment["version"], "deed": "fail", "note": note}
        desk.send("payments.settle", "payment", body)
        mine = select(PaymentLine.note, PaymentLine.batch_id).where(PaymentLine.id == payment["line_id"])
        assert desk.stored(mine)[0][0] == trimmed(note)
        assert desk.read("payments.batch", "batch@sent").holds(trimmed(note))
        desk.send("payments.cancel", "batch@approved", {"reason": reason, "version": batch["version"]})
        kept_reason = select(PaymentBatch.cancel_reason).where(PaymentBatch.id == batch["batch_id"])
        assert desk.stored(kept_reason) == [(trimmed(reason),)]
        assert desk.read("payments.batch", "batch@approved").holds(trimmed(reason))
        town.put_back()


def test_what_releases_an_instalment(town: Visits) -> None:
    desk, officer = Desk(town, "manager"), Desk(town, "finance officer")
    key = town.town.records["instalment"]["instalment_id"]
    for text in list(in_one(LONGEST_TEXT))[:6]:
        desk.send("payments.release", "instalment", {"note": text})
        mine = select(Instalment.release_note).where(Instalment.id == key)
        assert desk.stored(mine) == [(trimmed(text),)]
        officer.read("payments.award", "active")
        town.put_back()


def without_numbers(longest: int) -> list[str]:
    """Those without anything that looks like a number of an account, which no note may hold."""
    plain = [text for text in strings() if not SIX_DIGITS.search(DAY.sub(" ", text))]
    lines: list[str] = [""]
    for text in (text for text in plain if len(text) <= longest // 2):
        if len(lines[-1]) + len(text) + 1 > longest:
            lines.append("")
        lines[-1] += f"a {text}\n"
    return lines


def test_what_finance_notes_of_an_account(town: Visits) -> None:
    desk, account = Desk(town, "finance officer"), town.town.records["account@entered"]["details_id"]
    mine = select(BankDetails.payee_note, BankDetails.version).where(BankDetails.id == account)
    for text in without_numbers(1_900):
        ((_, version),) = desk.stored(mine)
        body = {"outcome": "close", "note": text, "version": version}
        desk.send("banking.record_payee", "account@entered", body)
        assert desk.stored(mine)[0][0] == trimmed(text)
        assert desk.read("banking.check", "account@entered").holds(trimmed(text))
    desk.send("banking.refuse", "account@entered", {"reason": text, "version": version + 1})
    settled = select(BankDetails.settled_reason).where(BankDetails.id == account)
    assert desk.stored(settled) == [(trimmed(text),)]
    assert Desk(town, "stranger").read("banking.details", "B").holds(trimmed(text))


def test_the_name_on_an_account(town: Visits) -> None:
    desk = Desk(town, "signatory")
    names = [text for text in strings() if "<" in text and len(text) <= LONGEST_NAME]
    for name in [*names[:12], names[-1]]:
        desk.send("banking.enter", "A", {"account_name": name, **DRAFT})
        ((newest,),) = desk.stored(select(func.max(BankDetails.id)))
        with town.in_use(), town.app.app_context(), unit_of_work() as session:
            finance = town.town.actor(session, "finance officer")
            held = banking.read_numbers(session, bank_details_id=newest, actor=finance, now=town.town.now)
        assert held.name == " ".join(kept(name).split())
        desk.read("banking.details", "A")
