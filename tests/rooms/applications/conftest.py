"""A world that is committed, browsers signed in as its people, and a clock that a test moves."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from grants.accounts import queries as accounts
from grants.core.db import db, unit_of_work
from tests.browser import Browser
from tests.rooms.applications.world import OPEN, World, build
from tests.signing_in import sign_in

AsPerson = Callable[[str], Browser]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the whole process, standing at a time when the round is open. `clock.move_to(...)`."""
    with time_machine.travel(OPEN, tick=False) as standing:
        yield standing


@pytest.fixture
def world(ctx: object, clock: time_machine.Traveller) -> World:
    """The committed world."""
    with unit_of_work() as session:
        return build(session)


@pytest.fixture
def as_(app: Flask, world: World) -> AsPerson:
    """`as_("editor")` is the editor's browser; `as_("")` is a stranger's, signed out."""

    def browse(name: str) -> Browser:
        browser = Browser(app)
        if not name:
            return browser
        sign_in(browser, accounts.person(db.session(), world.person_ids[name]))
        db.session().rollback()
        return browser

    return browse


def moment(day: str) -> datetime:
    """A time written as '2022-01-28T17:00:00+00:00'."""
    return datetime.fromisoformat(day)
