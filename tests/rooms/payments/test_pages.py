"""The pages of payments, walked through as finance does with an auditor beside them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from grants.accounts import queries as accounts
from grants.audit.models import TrailEntry
from grants.core.db import db, unit_of_work
from grants.core.money import plain_pounds
from grants.payments.models import PaymentBatch, PaymentLine
from tests.browser import Browser
from tests.rooms.panels.scored import Panel
from tests.rooms.payments.world import LATER, TODAY, funded
from tests.signing_in import sign_in


@pytest.fixture
def panel(ctx: object) -> Iterator[Panel]:
    with time_machine.travel(LATER, tick=False):
        with unit_of_work() as session:
            made = funded(session)
        yield made


@dataclass
class House:
    """The people of a round that pays, each at a browser."""

    app: Flask
    panel: Panel
    browsers: dict[str, Browser] = field(default_factory=dict)

    def as_(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = Browser(self.app)
            sign_in(self.browsers[name], accounts.person(db.session(), self.panel.person_ids[name]))
        db.session().rollback()
        return self.browsers[name]

    def text(self, name: str, path: str) -> str:
        answer = self.as_(name).get(f"/payments/{path}")
        assert answer.status_code == 200, path
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

    def post(self, name: str, path: str, data: Mapping[str, object]) -> TestResponse:
        found = self.as_(name).post(f"/payments/{path}", data=data)
        db.session().rollback()
        return found


def test_a_batch_from_building_to_the_banks_file(app: Flask, panel: Panel) -> None:
    house = House(app, panel)
    here = _approved(house)
    _files_are_the_same_each_time(house, here)
    paid_for = _the_bank_says(house, here)
    _money_is_asked_back(house, paid_for)


def _approved(house: House) -> str:
    """Where the batch is that was built, checked and approved."""
    round_ref = house.panel.round.ref
    assert "add up to the pot, to the penny" in house.text("auditor", f"{round_ref}/")
    assert "First half" in house.text("officer", f"{round_ref}/build/")
    day = {"pay_on-day": TODAY.day, "pay_on-month": TODAY.month, "pay_on-year": TODAY.year}
    assert house.post("officer", f"{round_ref}/build/", {**day}).status_code == 302
    batch = db.session().scalars(select(PaymentBatch)).one()
    here, version, total = f"batches/{batch.id}/", batch.version, plain_pounds(batch.total)
    asked = house.text("officer", here)
    assert "add them up yourself" in asked
    assert "you built this one" in asked
    assert f"£{total}" not in house.text("officer", here).replace(",", "")
    wrong = house.post("officer", f"{here}check/", {"version": version, "count": "3", "total": total})
    assert (wrong.status_code, "are not those of the batch" in wrong.text) == (422, True)
    assert (
        house.post("officer", f"{here}check/", {"version": version, "count": "2", "total": total}).status_code
        == 302
    )
    asked = house.as_("approver").get(f"/payments/{here}").text
    assert asked.count("the bank’s answer about its name: match") == 2
    fields = dict(re.findall(r'name="(count|total|version)"[^>]*value="(\d+)"', asked))
    assert house.post("approver", f"{here}approve/", dict(fields)).status_code == 302
    return here


def _files_are_the_same_each_time(house: House, here: str) -> None:
    files = [house.post("officer", f"{here}files/{kind}/", {}) for kind in ("csv", "bacs", "pain001", "csv")]
    assert [one.status_code for one in files] == [200] * 4
    assert files[0].data == files[3].data
    assert (files[0].headers["Cache-Control"], b"66374958" in files[0].data) == ("private, no-store", True)
    assert house.post("auditor", f"{here}files/csv/", {}).status_code == 403
    assert house.as_("officer").get(f"/payments/{here}files/csv/").status_code == 405
    assert "66374958" not in house.text("officer", here)
    told = db.session().scalars(select(TrailEntry).where(TrailEntry.deed == "payment_file.download")).all()
    assert len(told) == 4


def _the_bank_says(house: House, here: str) -> int:
    """One is paid and one fails. The bid that was paid for."""
    round_ref = house.panel.round.ref
    version = db.session().scalars(select(PaymentBatch.version)).one()
    assert house.post("officer", f"{here}sent/", {"version": version}).status_code == 302
    lines = db.session().scalars(select(PaymentLine).order_by(PaymentLine.id)).all()
    rows = [f"{line.reference},{plain_pounds(line.amount)},paid" for line in lines[:1]]
    content = "\n".join(["reference,amount,outcome", *rows]).encode()
    first, second = lines[0].application_id, lines[1].id
    db.session().rollback()
    version = db.session().scalars(select(PaymentBatch.version)).one()
    sent = {"version": version, "file": (BytesIO(content), "bank.csv")}
    assert house.post("officer", f"{here}outcomes/", sent).status_code == 302
    assert "What became of it?" in house.text("officer", f"lines/{second}/")
    bare = house.post("officer", f"lines/{second}/", {"version": 1, "deed": "fail", "note": ""})
    assert (bare.status_code, "Enter what the bank says" in bare.text) == (422, True)
    settled = {"version": 1, "deed": "fail", "note": "Account closed"}
    assert house.post("officer", f"lines/{second}/", settled).status_code == 302
    told = house.text("auditor", here)
    assert "Of it paid £5,000.01, 1 payment" in told
    assert "Failed £5,000.01, 1 payment" in told
    assert "£5,000.01 failed or returned" in house.text("auditor", f"{round_ref}/")
    assert "add up to the pot" in house.text("manager", f"{round_ref}/reconciliation/")
    again = house.text("officer", f"{round_ref}/build/")
    assert "Account closed" in again
    assert "The account is still the same" in again
    return first


def _money_is_asked_back(house: House, first: int) -> None:
    round_ref = house.panel.round.ref
    ref = next(bid.ref for bid in house.panel.bids if bid.id == first)
    assert "Ask for money back" in house.text("officer", f"awards/{ref}/")
    assert "must add up to" in house.text("officer", f"awards/{ref}/schedule/")
    owing = {"owing": "clawback", "amount": "12.34", "reason": "Not spent"}
    made = house.post("officer", f"awards/{ref}/receivables/", owing)
    where = made.headers["Location"].removeprefix("/payments/")
    assert "has to approve it" in house.text("officer", where)
    assert "Approve: the money is owed" in house.text("approver", where)
    assert house.post("approver", f"{where}approve/", {"version": 1}).status_code == 302
    assert "Keep it back from an instalment" in house.text("officer", where)
    assert "£12.34" in house.text("auditor", f"{round_ref}/receivables/")
