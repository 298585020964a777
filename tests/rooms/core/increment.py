"""A process that adds one to a number again and again, by reading it first: `increment URL HOW TIMES`.

HOW is `unit_of_work`, `late` (our engine, but nobody said that the transaction will write) or `driver` (as it
comes). It says that it is ready, waits for a line, and ends by saying how often the database was locked.
"""

import sys
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from grants.accounts.models import Person
from grants.core.db import db, unit_of_work
from tests.rooms.core.small_app import small_app


def in_a_unit_of_work() -> None:
    with unit_of_work() as session:
        session.get_one(Person, 1).session_epoch += 1


def with_a_late_write() -> None:
    try:
        db.session.get_one(Person, 1).session_epoch += 1
        db.session.commit()
    finally:
        db.session.rollback()


WAYS: dict[str, Callable[[], None]] = {
    "unit_of_work": in_a_unit_of_work,
    "late": with_a_late_write,
    "driver": with_a_late_write,
}


def main(url: str, how: str, times: str) -> None:
    locked = 0
    with small_app(url, prepared=how != "driver").app_context():
        db.session.get_one(Person, 1)
        db.session.rollback()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for _ in range(int(times)):
            try:
                WAYS[how]()
            except OperationalError:
                locked += 1
    sys.stdout.write(str(locked))


if __name__ == "__main__":
    main(*sys.argv[1:])
