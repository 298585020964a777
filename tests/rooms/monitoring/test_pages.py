"""The pages of reports: an organisation writes and sends, the council reads and reviews."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from grants.accounts import queries as accounts
from grants.core.db import db, unit_of_work
from grants.monitoring import actions, queries
from grants.monitoring.models import ReportFile
from grants.programme.reporting import DueFrom, Monitoring, Part, ReportAsked, ReportQuestion
from tests.browser import Browser
from tests.papers import a_pdf
from tests.rooms.panels.scored import Panel
from tests.rooms.payments import world
from tests.rooms.payments.world import LATER
from tests.signing_in import sign_in

ASKED = ReportAsked(
    "half", "Half-way report", DueFrom.END, months=1, releases="Second half",
    parts=(Part.SPENDING, Part.FILES), questions=(ReportQuestion("changed", "What changed?", word_limit=3),),
)  # fmt: skip


@pytest.fixture
def panel(ctx: object) -> Iterator[Panel]:
    wanted = replace(world.IN_HALVES, monitoring=Monitoring(reports=(ASKED,)))
    with time_machine.travel(LATER, tick=False):
        with unit_of_work() as session:
            made = world.funded(session, 1, definition=wanted)
            actions.draw_up(session, now=LATER)
        yield made


class House:
    """People of the round, each at a browser."""

    def __init__(self, app: Flask, panel: Panel) -> None:
        self.app, self.panel = app, panel
        self.browsers: dict[str, Browser] = {}

    def at(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = Browser(self.app)
            sign_in(self.browsers[name], accounts.person(db.session(), self.panel.person_ids[name]))
        db.session().rollback()
        return self.browsers[name]

    def text(self, name: str, path: str, status: int = 200) -> str:
        answer = self.at(name).get(path)
        assert answer.status_code == status, path
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

    def post(self, name: str, path: str, data: Mapping[str, object], **more: object) -> TestResponse:
        found = self.at(name).post(path, data=data, **more)
        db.session().rollback()
        return found


def test_a_report_is_written_sent_and_reviewed(app: Flask, panel: Panel) -> None:
    house, ref = House(app, panel), panel.bids[0].ref
    here = f"/monitoring/bids/{ref}/half/"
    assert "Not started" in house.text("applicant1", f"/monitoring/bids/{ref}/")
    assert "“Second half” of £5,000" in house.text("applicant1", here)
    _words_are_kept(house, here)
    _receipts_are_looked_at(house, here)
    checked = house.text("applicant1", f"{here}check/")
    assert "Before the report can be sent" not in checked
    assert house.post("applicant1", f"{here}check/", {}).headers["Location"].endswith("/half/sent/")
    assert "We received it at" in house.text("applicant1", f"{here}sent/")
    assert house.at("applicant1").get(f"{here}check/").headers["Location"].endswith("/half/")
    _it_is_reviewed(house, here)


def _words_are_kept(house: House, here: str) -> None:
    """Whatever is typed stays, and two versions of a page are both shown."""
    empty = house.post("applicant1", f"{here}check/", {})
    assert (empty.status_code, "Answer: “What changed?”" in empty.text) == (422, True)
    page = f"{here}pages/words/"
    wrong = house.post("applicant1", page, {"version": "0", "q-changed": "One two three four"})
    assert wrong.headers["Location"].endswith("/pages/words/")
    assert "Use 3 words or fewer" in house.text("applicant1", page)
    alone = house.post(
        "helper1", page, {"version": "1", "q-changed": "Very much"}, headers={"X-Sent-By-Itself": "save"}
    )
    assert alone.get_json()["version"] == 2
    both = house.post("applicant1", page, {"version": "1", "q-changed": "Very little"})
    assert (both.status_code, both.text.count("Very much"), both.text.count("Very little")) == (409, 1, 1)
    assert house.post("applicant1", page, {"version": "2", "q-changed": "Much"}).status_code == 302
    spent = {"version": "0", "spent-0": "1,000.50"}
    assert house.post("applicant1", f"{here}pages/spending/", spent).headers["Location"].endswith("/words/")
    assert "What is saved adds up to £1,000.50" in house.text("applicant1", f"{here}pages/spending/")


def _receipts_are_looked_at(house: House, here: str) -> None:
    program = {"use": "receipt", "files": (BytesIO(b"MZ program"), "receipt.pdf")}
    assert house.post("applicant1", f"{here}files/", program).status_code == 422
    receipt = {"use": "receipt", "files": (BytesIO(a_pdf()), "receipt.pdf")}
    assert house.post("applicant1", f"{here}files/", receipt).status_code == 302
    [file] = db.session().query(ReportFile).all()
    assert house.at("applicant1").get(f"{here}files/{file.id}/").data == a_pdf()
    house.text("manager", f"/monitoring/reports/1/files/{file.id}/", 404)


def _it_is_reviewed(house: House, here: str) -> None:
    round_ref = house.panel.round.ref
    assert "To be reviewed (1)" in house.text("manager", f"/monitoring/{round_ref}/?show=review")
    report = queries.report_of(db.session(), house.panel.bids[0].id, "half")
    page = f"/monitoring/reports/{report.id}/"
    assert "Accepting it releases “Second half”" in house.text("manager", page)
    nothing = house.post("manager", f"{page}more/", {"version": report.version, "reason": ""})
    assert (nothing.status_code, "Enter what you need to know" in nothing.text) == (422, True)
    accepted = house.post("manager", f"{page}accept/", {"version": report.version, "message": "Thanks"})
    assert accepted.status_code == 302
    assert "was released at" in house.text("auditor", page)
    results = f"/monitoring/{round_ref}/results/"
    assert "Thanks" in house.text("applicant1", here)
    assert "£1,000.50 spent of £10,000.01 awarded" in house.text("officer", results)
    closing = house.text("manager", f"/monitoring/awards/{house.panel.bids[0].ref}/")
    assert "The instalment “First half” of £5,000.01 is not paid." in closing
    refused = house.post("manager", f"/awards/bids/{house.panel.bids[0].ref}/close/", {})
    assert (refused.status_code, "is not paid" in refused.text) == (422, True)
