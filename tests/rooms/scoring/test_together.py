"""Two people work on the sheets of one bid at the same moment: the second waits and sees the first."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from grants.applications.states import Stage
from grants.core.db import unit_of_work
from grants.scoring import actions, queries
from grants.scoring.models import Sheet
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

Deed = Callable[[p.Panel], object]
HEAD_START = 0.3
"""Seconds for which the first has done the deed and not committed."""


def at_once(house: House, first: Deed, second: Deed) -> None:
    """The second begins once the first has done everything but commit."""
    done, failures = threading.Event(), list[BaseException]()

    def begin() -> None:
        try:
            with house.app.app_context(), unit_of_work() as session:
                first(p.Panel(session, house.panel.round, house.panel.definition, house.panel.person_ids))
                done.set()
                threading.Event().wait(HEAD_START)
        except BaseException as error:
            failures.append(error)
            done.set()

    other = threading.Thread(target=begin)
    other.start()
    done.wait(10)
    with house.app.app_context(), unit_of_work() as session:
        second(p.Panel(session, house.panel.round, house.panel.definition, house.panel.person_ids))
    other.join(10)
    assert failures == []


def sheet_of(panel: p.Panel, name: str) -> Sheet:
    """That person's sheet of the only bid."""
    return panel.session.scalars(select(Sheet).where(Sheet.person_id == panel.person_ids[name])).one()


def lock(name: str) -> Deed:
    """The person locks."""
    return lambda panel: s.lock(panel, name, sheet_of(panel, name))


def agree(house: House, name: str, score: int) -> Deed:
    """A chair agrees on youth."""
    with house.writing() as panel:
        bid_id = panel.bids[0].id
    return lambda panel: actions.agree_score(
        panel.session, application_id=bid_id, theme="youth", score=Decimal(score), reason="We talked.",
        actor=panel.actor(name), now=p.NOW + timedelta(minutes=score),
    )  # fmt: skip


def filled(panel: p.Panel) -> None:
    """Two sheets that only have to be locked."""
    panel.assign(panel.bids[0], "rosa", "vera")
    for name, score in {"rosa": 2, "vera": 4}.items():
        s.filled(panel, name, panel.bids[0], score=score)


def test_the_last_two_sheets_are_locked_at_once(app: Flask) -> None:
    house = open_house(app, reviews=2, setting=filled)
    at_once(house, lock("rosa"), lock("vera"))
    with house.writing() as panel:
        (bid,) = panel.bids
        result = queries.result_of(panel.session, bid.id)
        assert result is not None
        assert (bid.stage, result.sheets, result.total) == (Stage.SCORED, 2, "60")


def test_two_chairs_agree_at_once_and_the_last_sheet_is_locked_meanwhile(app: Flask) -> None:
    house = open_house(app, reviews=2, setting=filled)
    with house.writing() as panel:
        lock("rosa")(panel)
    at_once(house, agree(house, "chair", 1), agree(house, "deputy", 5))
    at_once(house, lock("vera"), agree(house, "chair", 3))
    with house.writing() as panel:
        (bid,) = panel.bids
        history = queries.agreed_history(panel.session, bid.id)
        standing = [(row.hundredths, row.replaced_by_id) for row in history]
        assert standing == [(100, history[1].id), (500, history[2].id), (300, None)]
        assert (bid.stage, s.total(panel, bid)) == (Stage.SCORED, "60")
