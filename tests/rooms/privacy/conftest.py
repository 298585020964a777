"""The applicants' world for simple cases; the whole town, with records of every kind, for the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from grants.accounts import queries as accounts
from grants.core.db import db, unit_of_work
from tests.browser import Browser
from tests.rooms.access import records
from tests.rooms.access.town import Town
from tests.signing_in import sign_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Settled:
    """The committed town, and browsers of its people."""

    app: Flask
    town: Town

    def browser(self, name: str) -> Browser:
        """A browser that `name` is signed in to."""
        browser = Browser(self.app)
        sign_in(browser, accounts.person(db.session(), self.town.person_ids[name]))
        db.session().rollback()
        return browser


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the whole process. `clock.move_to(...)`."""
    with time_machine.travel(NOW, tick=False) as standing:
        yield standing


@pytest.fixture
def settled(app: Flask, ctx: object, clock: time_machine.Traveller) -> Settled:
    """Bids in every stage, with reviews, decisions, awards and messages."""
    with unit_of_work() as session:
        town = records.build(session, now=NOW)
    return Settled(app, town)
