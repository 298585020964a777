"""Text that breaks careless software, in what organisations report and what managers answer."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from grants.monitoring.models import Report, ReportPage, ReportSubmission
from grants.monitoring.rules import LONGEST_REASON, LONGEST_TEXT
from tests.paths import needs_shared_data
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, kept, strings, trimmed
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def test_the_boxes_of_a_report(town: Visits) -> None:
    desk, report_id = Desk(town, "editor"), town.town.records["report"]["report_id"]
    one_line = " ".join(" ".join(strings()).split())[:5000]
    mine = select(ReportPage.answers, ReportPage.version).where(ReportPage.report_id == report_id)
    version = 0
    for text in in_one(LONGEST_TEXT):
        body = {"version": version, "done-youth": text, "people-youth": one_line, "go": "later"}
        desk.send("monitoring.save_page", "report", body)
        ((answers, version),) = desk.stored(mine)
        assert (answers["done-youth"], answers["people-youth"]) == (kept(text), kept(one_line))
        assert desk.read("monitoring.report_page", "report").holds(kept(text))
        assert desk.read("monitoring.check", "report").holds(trimmed(text))


def test_what_a_manager_asks_and_notes(town: Visits) -> None:
    report_id = town.town.records["report@sent"]["report_id"]
    text = next(one for one in in_one(LONGEST_REASON) if "<" in one)
    ((version,),) = Desk(town, "manager").stored(select(Report.version).where(Report.id == report_id))
    day = {"answer_by-day": "1", "answer_by-month": "1", "answer_by-year": "2091"}
    body = {"version": version, "reason": text, "more_note": text, **day}
    desk = Desk(town, "manager")
    desk.send("monitoring.ask_more", "report@sent", body)
    mine = select(ReportSubmission.reason, ReportSubmission.note)
    assert desk.stored(mine.where(ReportSubmission.report_id == report_id)) == [(trimmed(text),) * 2]
    assert desk.read("monitoring.review", "report@sent").holds(trimmed(text))
    assert Desk(town, "viewer").read("monitoring.report", "report@sent").holds(trimmed(text))
