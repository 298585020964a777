"""A person who sends files, and a scanner that a test brings along."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from grants import config
from grants.accounts import actions as accounts
from grants.core.db import unit_of_work
from grants.permissions import Actor

NOW = datetime(2021, 12, 10, 12, 0, tzinfo=UTC)

UseScanner = Callable[[str], None]


@pytest.fixture
def sender(ctx: object) -> Actor:
    """Somebody who is known to the service."""
    with unit_of_work() as session:
        person = accounts.find_or_create_person(session, email="ada@example.org", name="Ada", now=NOW)
        return Actor(person_id=person.id)


@pytest.fixture
def use_scanner(app: Flask) -> Iterator[UseScanner]:
    """`use_scanner(address)`: from now on this is where ClamAV listens."""
    before = config.current()

    def use(address: str) -> None:
        config.use(replace(before, clamav=address))

    use("")
    yield use
    config.use(before)
