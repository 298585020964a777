"""Text that breaks careless software, in the forms about time: extensions and assisted bids."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from grants.applications.models import Assistance
from grants.core.words import count_words
from grants.programme.models import Extension
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import body_for
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, kept, strings, trimmed
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

LONGEST_REASON = 2_000
LONGEST_NAME = 200


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def body(town: Visits, endpoint: str, record: str, **changes: str) -> dict[str, object]:
    return {**body_for(endpoint, town.town, town.town.records[record]), **changes}


def newest(town: Visits, manager: Desk) -> tuple[int, str]:
    found = select(Extension.id, Extension.reason).order_by(Extension.id.desc()).limit(1)
    ((extension_id, reason),) = manager.stored(found)
    town.town.records["newest"] = {"ref": town.town.records["asking"]["ref"], "extension_id": extension_id}
    return extension_id, reason


def test_the_reason_for_more_time_and_for_refusing_it(town: Visits) -> None:
    manager, chair = Desk(town, "manager"), Desk(town, "chair")
    for text in in_one(LONGEST_REASON):
        manager.send(
            "applications.draft_extension",
            "open",
            body(town, "applications.draft_extension", "open", reason=text),
        )
        extension_id, reason = newest(town, manager)
        assert reason == trimmed(text)
        chair.send("applications.refuse_extension", "newest", {"version": 1, "reason": text})
        refused = select(Extension.refused_reason).where(Extension.id == extension_id)
        assert manager.stored(refused) == [(trimmed(text),)]
        assert chair.read("applications.extension", "newest").words.count(trimmed(text)) >= 2


def test_where_a_signed_paper_is_kept(town: Visits) -> None:
    manager = Desk(town, "manager")
    mine = select(Assistance.paper_kept_at).where(Assistance.application_id == town.town.bid_ids["paper"])
    for text in in_one(1_000):
        manager.send(
            "applications.record_paper",
            "paper",
            body(town, "applications.record_paper", "paper", kept_at=text),
        )
        assert manager.stored(mine) == [(trimmed(text),)]
        if "<" in text:
            assert manager.read("applications.assistance", "paper").holds(trimmed(text))


def test_the_name_of_who_signs(town: Visits) -> None:
    manager = Desk(town, "manager")
    for text in [
        text for text in strings() if len(trimmed(text)) <= LONGEST_NAME and count_words(kept(text))
    ]:
        typed = body(town, "applications.enter_assisted", "open", signatory_name=text)
        manager.send("applications.enter_assisted", "open", typed)
        ((name,),) = manager.stored(select(Assistance.signatory_name).order_by(Assistance.id.desc()).limit(1))
        assert name == trimmed(text)
