"""Signed-in visits to a panel's pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask

from grants.accounts import queries as people
from grants.applications import queries as bids
from grants.core.db import unit_of_work
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from tests.browser import Browser
from tests.rooms.reviewing import panel as p
from tests.signing_in import sign_in


@dataclass
class House:
    """A panel in the app's database, with a browser for everybody who signs in."""

    app: Flask
    panel: p.Panel
    round_ref: str
    refs: list[str]
    browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """The first bid's reference."""
        return self.refs[0]

    def as_(self, name: str) -> Browser:
        """The browser of that person, signed in with their second factor; of nobody for ''."""
        if name not in self.browsers:
            browser = Browser(self.app)
            if name:
                with self.app.app_context(), unit_of_work() as session:
                    sign_in(browser, people.person(session, self.panel.person_ids[name]))
            self.browsers[name] = browser
        return self.browsers[name]

    def get(self, name: str, path: str) -> tuple[int, str]:
        """Status and text of a page for that person."""
        response = self.as_(name).get(path)
        return response.status_code, response.get_data(as_text=True)

    def post(self, name: str, path: str, **data: object) -> tuple[int, str]:
        """Status of a POST by that person, and where it leads or what it says."""
        response = self.as_(name).post(path, data=data)
        return response.status_code, response.headers.get("Location") or response.get_data(as_text=True)

    @contextmanager
    def writing(self) -> Iterator[p.Panel]:
        """The panel with its records read afresh, in one transaction."""
        with self.app.app_context(), unit_of_work() as session:
            self.panel.session = session
            self.panel.round = programme.round_by_ref(session, self.round_ref)
            self.panel.bids = [bids.by_ref(session, ref) for ref in self.refs]
            yield self.panel


def open_house(
    app: Flask,
    *,
    count: int = 1,
    reviews: int = 3,
    setting: Callable[[p.Panel], object] | None = None,
    definition: FundDefinition | None = None,
) -> House:
    """The panel with so many bids in review, in a committed state, after `setting` has been done to it."""
    with app.app_context(), unit_of_work() as session:
        fund = definition or p.fund(reviews=reviews, citizens=int(reviews > 1))
        panel = p.build(session, bids=count, definition=fund)
        if setting:
            setting(panel)
        return House(app, panel, panel.round.ref, [bid.ref for bid in panel.bids])
