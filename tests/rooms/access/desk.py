"""One person of the town at a browser without a screen: sends forms, reads pages, looks into the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from grants.applications.models import SectionAnswers
from grants.core.db import db
from tests.rooms.access.reading import Read
from tests.rooms.access.table import Row
from tests.rooms.access.visiting import Visits


class Desk:
    """One person at one browser, who sends forms and reads pages and the database."""

    def __init__(self, visits: Visits, person: str) -> None:
        self.visits = visits
        self.browser = visits.browser(person)

    def send(self, endpoint: str, record: str, body: Mapping[str, object], **more: str) -> None:
        """POST, and the service takes it."""
        address = self._address("POST", endpoint, record, more)
        with self.visits.in_use():
            answer = self.browser.post(address, data=body)
        assert answer.status_code == 302, (endpoint, body, answer.status_code)

    def read(self, endpoint: str, record: str, **more: str) -> Read:
        """GET, and nothing on the page would run."""
        with self.visits.in_use():
            answer = self.browser.get(self._address("GET", endpoint, record, more))
        assert answer.status_code == 200
        page = Read(answer.get_data(as_text=True))
        assert page.harm == []
        return page

    def stored(self, query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with self.visits.app.app_context():
            return [tuple(row) for row in db.session().execute(query)]

    def _address(self, method: str, endpoint: str, record: str, more: Mapping[str, str]) -> str:
        if more:
            self.visits.town.records["other"] = {**self.visits.town.records[record], **more}
        return self.visits.address(Row(method, endpoint, "other" if more else record, ""))


def page_of_draft(visits: Visits, key: str) -> Select[*tuple[Any, ...]]:
    """A saved page of the draft with its version."""
    bid_id = visits.town.bid_ids["draft"]
    return select(SectionAnswers.answers, SectionAnswers.version).where(
        SectionAnswers.application_id == bid_id, SectionAnswers.key == key
    )
