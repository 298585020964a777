"""The pages: a fresh sign-in before numbers are typed, numbers shown to finance alone, and nowhere else."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import pytest
import structlog
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.accounts import queries as accounts
from grants.accounts.models import KeptWords
from grants.accounts.rules import APPLICANT_IDLE, FRESH_TO_OPEN, FRESH_TO_SEND
from grants.banking import queries
from grants.banking.models import BankDetails
from grants.banking.states import BankState
from grants.core.db import db, unit_of_work
from grants.notifications.models import Message
from tests.browser import Browser
from tests.rooms.banking.world import FIRST, LATER, NUMBERS, SECOND, approved, funded
from tests.rooms.panels.scored import Panel
from tests.signing_in import sign_in

AsPerson = Callable[[str], Browser]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as standing:
        yield standing


@pytest.fixture
def panel(ctx: object, clock: time_machine.Traveller) -> Panel:
    with unit_of_work() as session:
        return funded(session)


@pytest.fixture
def as_(app: Flask, panel: Panel) -> AsPerson:
    """`as_("helper")` is the browser of somebody who has just signed in."""

    def browse(name: str) -> Browser:
        browser = Browser(app)
        sign_in(browser, accounts.person(db.session(), panel.person_ids[name]))
        db.session().rollback()
        return browser

    return browse


def seen_in(text: str) -> list[str]:
    """Which of the secret numbers stand in it."""
    return [number for number in NUMBERS if number in text]


def newest(panel: Panel) -> BankDetails:
    db.session().rollback()
    return queries.all_of(db.session(), panel.bids[0].lead_id)[0]


@dataclass
class Reader:
    """Sends requests and keeps every page that came back."""

    pages: list[str] = field(default_factory=list)

    def get(self, browser: Browser, path: str, status: int = 200) -> str:
        return self._kept(browser.get(path), status)

    def post(self, browser: Browser, path: str, data: Mapping[str, object], status: int = 302) -> str:
        return self._kept(browser.post(path, data=data), status)

    def _kept(self, answer: TestResponse, status: int) -> str:
        assert answer.status_code == status, answer.text
        self.pages.append(answer.text)
        return answer.text


def entered(reader: Reader, panel: Panel, as_: AsPerson) -> None:
    """The organisation's side, with every mistake."""
    place, signatory, helper = f"/banking/{panel.bids[0].lead_id}/", as_("applicant1"), as_("helper")
    assert "cannot be paid before" in reader.get(signatory, "/home/")
    reader.get(signatory, place + "enter/")
    wrong = reader.post(signatory, place + "enter/", {**FIRST, "account_number": "41011166"}, 422)
    assert ["do not belong together" in wrong, "Marsh Farm Outreach" in wrong] == [True, True]
    reader.post(signatory, place + "enter/", {**FIRST, "roll_number": "d/8877665"})
    confirm = f"/banking/details/{newest(panel).id}/confirm/"
    reader.get(signatory, confirm, 403)
    assert "Confirm the account" in reader.get(helper, place)
    reader.post(helper, confirm, SECOND, 422)
    reader.post(helper, confirm, FIRST)


def checked(reader: Reader, panel: Panel, as_: AsPerson) -> None:
    """Finance's side, and everybody who looks in."""
    officer, check = as_("officer"), f"/banking/check/{newest(panel).id}/"
    assert "Lead 1" in reader.get(officer, "/banking/desk/")
    reader.get(officer, check)
    reader.post(officer, check + "payee/", {"outcome": "no_match", "version": 2}, 422)
    reader.post(officer, check + "payee/", {"outcome": "match", "version": 2})
    reader.post(officer, check + "approve/", {"version": 3})
    reader.post(officer, check + "supplier/", {"number": "S-77"})
    for name in ("approver", "auditor", "officer2"):
        reader.get(as_(name), check)
    for name in ("manager", "chair", "helper", "rosa"):
        reader.get(as_(name), check, 403)
    reader.get(as_("rosa"), f"/banking/{panel.bids[0].lead_id}/", 404)


def test_the_whole_way_shows_the_numbers_once_and_to_finance(
    panel: Panel, as_: AsPerson, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every page of every person on the way is read, then the logs and what was sent."""
    reader = Reader()
    with structlog.testing.capture_logs() as logs:
        entered(reader, panel, as_)
        checked(reader, panel, as_)
    with unit_of_work() as unit:
        sent = [f"{one.subject} {one.body}" for one in unit.scalars(select(Message))]
    assert newest(panel).state is BankState.APPROVED
    assert seen_in("\n".join([*reader.pages, *sent, str(logs), caplog.text, *capfd.readouterr()])) == []

    check = f"/banking/check/{newest(panel).id}/"
    shown = as_("approver").post(check + "numbers/")
    there = ["08-99-99" in shown.text, "66374958" in shown.text, shown.headers["Cache-Control"] == "no-store"]
    assert there == [True, True, True]
    assert "Approver Person to check them" in as_("officer").get(check).text
    for name in ("auditor", "manager", "applicant1"):
        assert seen_in(as_(name).post(check + "numbers/").text) == []


def test_numbers_are_typed_minutes_after_signing_in(
    panel: Panel, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    place = f"/banking/{panel.bids[0].lead_id}/enter/"
    browser = as_("applicant1")
    clock.shift(FRESH_TO_OPEN)
    assert browser.get(place).status_code == 200
    clock.shift(1)
    led = browser.get(place)
    assert led.headers["Location"] == f"/accounts/sign-in-again/?next={place}"
    assert browser.post(place, data=FIRST).headers["Location"] == f"/banking/{panel.bids[0].lead_id}/"
    clock.shift(FRESH_TO_SEND)
    assert browser.post(place, data=SECOND).headers["Location"] == led.headers["Location"]
    assert newest(panel).ending == "58"

    browser.get(led.headers["Location"])
    browser.post("/accounts/sign-in-again/", data={"next_path": place})
    with unit_of_work() as unit:
        body = unit.scalars(select(Message.body).where(Message.kind == "sign_in_link")).one()
    link = re.search(r"/accounts/sign-in/[\w-]+/", body)
    assert link is not None
    assert browser.post(link.group()).headers["Location"] == place
    assert browser.get(place).status_code == 200


def test_what_cannot_be_taken_is_neither_shown_again_nor_kept(
    app: Flask, panel: Panel, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    """Sent without the form's token, by somebody signed out, or with a file that is no letter."""
    place = f"/banking/{panel.bids[0].lead_id}/enter/"
    browser = as_("applicant1")
    without_token = browser.post(place, data=FIRST, headers={"X-CSRFToken": "x"})
    letter = (BytesIO(b"not a letter"), "letter.pdf")
    with_file = browser.post(place, data={**FIRST, "letter": letter})
    clock.shift(APPLICANT_IDLE)
    clock.shift(60)
    signed_out = browser.post(place, data=FIRST)
    answers = [without_token, with_file, signed_out]
    assert [answer.status_code for answer in answers] == [400, 422, 401]
    assert [seen_in(answer.text) for answer in answers] == [[], [], []]
    with unit_of_work() as unit:
        assert unit.scalars(select(KeptWords)).all() == []
    assert queries.all_of(db.session(), panel.bids[0].lead_id) == []


def test_checks_of_an_award_and_its_cost_code(panel: Panel, as_: AsPerson, session: Session) -> None:
    ref = panel.bids[0].ref
    place = f"/banking/bids/{ref}/checks/"
    with unit_of_work():
        approved(panel)
    manager, officer = as_("manager"), as_("officer")
    assert "0 of 6 done" in manager.get(f"/banking/rounds/{panel.round.ref}/checks/").text
    assert "Not checked yet: Registers, Accounts" in manager.get(place).text
    assert "needed for every award" in manager.post(
        place + "sanctions/", data={"finding": "not_needed", "note": "x", "version": "0"}
    ).text  # fmt: skip
    items = ("registers", "accounts", "sanctions", "subsidy", "equality", "duplicates")
    for item in items:
        sent = manager.post(
            f"{place}{item}/", data={"finding": "clear", "note": f"Looked at {item}", "version": "0"}
        )
        assert sent.status_code == 302, sent.text
    assert officer.post(f"/banking/bids/{ref}/cost-code/", data={"code": "GR-1001"}).status_code == 302
    page = officer.get(place).text
    assert ["All checks are done" in page, 'value="GR-1001"' in page] == [True, True]
    assert manager.post(
        place + "accounts/", data={"finding": "concern", "note": "Reserves are gone", "version": "0"}
    ).status_code == 409  # fmt: skip
    officer.post(
        place + "accounts/", data={"finding": "concern", "note": "Reserves are gone", "version": "1"}
    )
    session.rollback()
    assert queries.award_holds(session, panel.bids[0].id) == ("There is a concern about: Accounts.",)
