"""What the session cookie says, and what survives signing in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grants.accounts import session as visits

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def signed_in(**changes: Any) -> dict[str, Any]:
    cookie: dict[str, Any] = {"csrf_token": "of before", "planted": "x"}
    visits.remember(cookie, **{"person_id": 7, "epoch": 0, "now": NOW, **changes})
    return cookie


def test_nobody_signed_in() -> None:
    assert visits.recall({"csrf_token": "x"}) is None


def test_a_cookie_is_read_as_it_was_written() -> None:
    assert visits.recall(signed_in()) == visits.Visit(7, 0, NOW, NOW, second_factor=False)
    assert visits.recall(signed_in(second_factor=True)) == visits.Visit(7, 0, NOW, NOW, second_factor=True)


def test_nothing_planted_survives_signing_in() -> None:
    assert signed_in().keys() == {"person", "epoch", "since", "seen", "second_factor"}


@pytest.mark.parametrize(("again", "kept"), [({}, True), ({"person_id": 8}, False), ({"epoch": 1}, False)])
def test_only_the_same_person_keeps_their_form_token(again: dict[str, int], kept: bool) -> None:
    cookie = signed_in()
    cookie["csrf_token"] = "of an open form"
    wanted: dict[str, Any] = {"person_id": 7, "epoch": 0, "now": NOW + timedelta(days=1), **again}
    visits.remember(cookie, **wanted)

    assert cookie.get("csrf_token") == ("of an open form" if kept else None)


def test_signing_in_again_wants_the_second_factor_again() -> None:
    cookie = signed_in(second_factor=True)
    visits.remember(cookie, person_id=7, epoch=0, now=NOW)

    visit = visits.recall(cookie)
    assert visit is not None
    assert visit.second_factor is False


@pytest.mark.parametrize(("later", "noted"), [(299, False), (300, True)])
def test_being_seen_is_noted_now_and_then(later: int, noted: bool) -> None:
    cookie = signed_in()
    visits.note_seen(cookie, now=NOW + timedelta(seconds=later))

    visit = visits.recall(cookie)
    assert visit is not None
    assert (visit.seen_at, visit.signed_in_at) == (NOW + timedelta(seconds=later if noted else 0), NOW)


def test_signing_out_leaves_only_who_was_here() -> None:
    """So that words sent from another tab afterwards wait for the same person."""
    cookie = signed_in()
    visits.forget(cookie)

    assert set(cookie) == {"last_person"}
    assert visits.recall(cookie) is None
