"""Work is sent after its transaction has been committed, and never for one that was not."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.core import dispatch
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from tests.databases import Database
from tests.rooms.core.small_app import small_app


class Recorder:
    """A courier that notes what it is given, and whether the row could be seen from outside by then."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.sent: list[tuple[str, int, bool]] = []
        self.breaks = breaks

    def send(self, job: str, row_id: int) -> None:
        if self.breaks:
            raise ConnectionError("no broker")
        with Session(db.engine) as outside:
            seen = outside.scalar(select(Person.id).where(Person.id == row_id)) is not None
        self.sent.append((job, row_id, seen))


@pytest.fixture
def small(database: Database) -> Iterator[Flask]:
    app = small_app(database.url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    dispatch.configure(dispatch.Resting())


@pytest.fixture
def courier() -> Recorder:
    recorder = Recorder()
    dispatch.configure(recorder)
    return recorder


def write_down_work(session: Session, row_id: int) -> None:
    session.add(Person(id=row_id, email=f"{row_id}@example.org", created_at=now()))
    session.flush()
    dispatch.after_commit(session, "greet", row_id)


def test_work_is_sent_after_the_commit_in_the_order_it_was_asked_for(small: Flask, courier: Recorder) -> None:
    with unit_of_work() as session:
        write_down_work(session, 2)
        write_down_work(session, 1)
        assert courier.sent == []

    assert courier.sent == [("greet", 2, True), ("greet", 1, True)]


def test_nothing_is_sent_for_what_was_rolled_back(small: Flask, courier: Recorder) -> None:
    with pytest.raises(RuntimeError), unit_of_work() as session:
        write_down_work(session, 1)
        raise RuntimeError

    with unit_of_work() as session:
        write_down_work(session, 2)

    assert courier.sent == [("greet", 2, True)]


def test_nothing_is_sent_when_the_commit_itself_fails(small: Flask, courier: Recorder) -> None:
    with unit_of_work() as session:
        session.add(Person(id=7, email="1@example.org", created_at=now()))

    with pytest.raises(Exception, match=r"(?i)unique"), unit_of_work() as session:
        dispatch.after_commit(session, "greet", 1)
        session.add(Person(id=1, email="1@example.org", created_at=now()))

    with unit_of_work():
        pass
    assert courier.sent == []


def test_work_is_sent_once(small: Flask, courier: Recorder) -> None:
    with unit_of_work() as session:
        write_down_work(session, 1)
    with unit_of_work():
        pass

    assert courier.sent == [("greet", 1, True)]


def test_a_broker_that_is_away_does_not_undo_the_deed(small: Flask) -> None:
    dispatch.configure(Recorder(breaks=True))

    with unit_of_work() as session:
        write_down_work(session, 1)

    assert db.session.scalars(select(Person.id)).all() == [1]


def test_the_dispatcher_is_named_by_its_path() -> None:
    assert isinstance(dispatch.load("grants.core.dispatch:Resting"), dispatch.Resting)
