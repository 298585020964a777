"""Column types and transactions, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from grants.accounts.models import Membership, Organisation, Person
from grants.accounts.states import OrganisationKind
from grants.app import create_app
from grants.core.db import begin_write, db, unit_of_work
from grants.permissions import MemberRole
from tests.databases import Database, settings_for
from tests.rooms.core.small_app import small_app

WHEN = datetime(2021, 10, 31, 0, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def small(database: Database) -> Iterator[Flask]:
    app = small_app(database.url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def person(email: str = "a@example.org", created_at: datetime = WHEN) -> Person:
    return Person(email=email, created_at=created_at)


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/New_York"])
def test_a_time_comes_back_as_the_same_moment_in_utc(small: Flask, zone: str) -> None:
    with unit_of_work() as session:
        session.add(person(created_at=WHEN.astimezone(ZoneInfo(zone))))

    db.session.expire_all()
    kept = db.session.scalars(select(Person.created_at)).one()
    assert (kept, kept.utcoffset()) == (WHEN, timedelta(0))


def test_times_compare_as_moments_in_sql(small: Flask) -> None:
    with unit_of_work() as session:
        session.add_all([person("early@example.org"), person("late@example.org", WHEN + timedelta(hours=1))])

    # 1:30 on the first pass of the clock, when New York's says 20:30 the day before
    cut = (WHEN + timedelta(minutes=30)).astimezone(ZoneInfo("America/New_York"))
    found = db.session.scalars(select(Person.email).where(Person.created_at < cut)).all()
    assert found == ["early@example.org"]


def test_a_time_without_a_zone_is_refused(small: Flask) -> None:
    naive = datetime(2021, 1, 1)

    with (
        pytest.raises(StatementError, match="a time without a zone cannot be stored"),
        unit_of_work() as session,
    ):
        session.add(person(created_at=naive))


def test_an_enum_is_kept_as_its_value_and_the_database_refuses_others(small: Flask) -> None:
    with unit_of_work() as session:
        session.add(Organisation(name="Cio", kind=OrganisationKind.CIO, created_at=WHEN))
    assert db.session.scalar(text("SELECT kind FROM organisation")) == "cio"

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(text("UPDATE organisation SET kind = 'club'"))


def test_foreign_keys_are_kept(small: Flask) -> None:
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(Membership(person_id=1, organisation_id=2, role=MemberRole.VIEWER, since=WHEN))


def test_a_unit_of_work_commits_at_its_end(small: Flask) -> None:
    with unit_of_work() as session:
        session.add(person())

    with Session(db.engine) as another:
        assert another.scalars(select(Person.email)).all() == ["a@example.org"]


class Stop(BaseException):
    """Something that is no Exception, such as ctrl-C."""


@pytest.mark.parametrize("interruption", [RuntimeError, Stop])
def test_a_unit_of_work_that_fails_leaves_nothing(small: Flask, interruption: type[BaseException]) -> None:
    with pytest.raises(interruption), unit_of_work() as session:
        session.add(person())
        session.flush()
        raise interruption

    with Session(db.engine) as another:
        assert another.scalars(select(Person.email)).all() == []


def test_begin_write_does_not_trust_an_old_snapshot(small: Flask) -> None:
    session = db.session()
    assert session.scalars(select(Person.email)).all() == []
    with Session(db.engine) as another:
        another.add(person())
        another.commit()

    begin_write(session)
    assert session.scalars(select(Person.email)).all() == ["a@example.org"]
    session.rollback()


def test_making_the_application_opens_no_connection(database: Database, tmp_path: Path) -> None:
    """Web servers and workers fork after it is made, and a connection may not be shared."""
    opened: list[object] = []

    def hear(connection: object, entry: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", hear)
    try:
        app = create_app(settings_for(tmp_path, database.url))
        made = len(opened)
        with app.app_context():
            db.session.scalars(select(Person)).all()
            db.session.remove()
            db.engine.dispose()
    finally:
        event.remove(Pool, "connect", hear)
    assert (made, len(opened)) == (0, 1)
