"""Until somebody has locked their own sheet, nothing they can reach changes with what others scored.

Everybody who still has a sheet to lock, a reviewing chair included, opens every page by every address, with
orders and filters; then another reviewer's locked scores and words are turned round; then they open all of it
again. What they get is the same to the letter.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from grants.applications.states import Stage
from grants.notifications.models import Message
from grants.scoring import actions, queries
from grants.scoring.models import CellScore, Sheet, ThemeNote
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

CHANGES_EVERY_TIME = re.compile(
    r'nonce="[^"]*"|name="csrf_token"[^>]*value="[^"]*"|\d\d?(:\d\d)?(am|pm)|\d{4}-\d\d-\d\dT[\d:.+]*'
    r'|data-seconds="\d+"'
)
"""`data-seconds` is how long the session still lasts: one less wherever a page took a second to be made."""

pytestmark = pytest.mark.slow

ORDERS = (
    "sort=total",
    "sort=-total",
    "sort=spread",
    "order=total",
    "sort=theme-youth",
    "min=50",
    "total=50",
    "q=5",
)
VALUES = {"theme": "youth", "format": "csv", "kind": "mean", "slug": "x", "key": "youth"}
BLIND = ("vera", "chair")


@pytest.fixture
def house(app: Flask) -> House:
    """Two bids. Rosa has locked her sheets; Vera and the chair, who reviews too, have theirs open."""

    def setting(panel: p.Panel) -> None:
        p.make_reviewer(panel, "chair")
        for bid in panel.bids:
            panel.assign(bid, "rosa", "vera", "chair")
            s.locked(panel, "rosa", bid, score=1 if bid is panel.bids[0] else 4)
            s.started(panel, "vera", bid)
            s.started(panel, "chair", bid)

    return open_house(app, count=2, reviews=1, setting=setting)


def addresses(house: House) -> Iterator[str]:
    """Every address that is read, of the first bid and its round, in every order."""
    known = {"ref": house.ref, "round_ref": house.round_ref, **VALUES}
    for rule in sorted(house.app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if rule.endpoint.startswith(("health.", "accounts.set_up", "accounts.form_token")):
            continue
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<([a-z]+(\([^)]*\))?:)?{name}>", known.get(name, "1"), path)
        yield path
        if rule.endpoint.endswith("_pdf"):
            continue
        if rule.endpoint.startswith(("scoring.", "reviewing.", "panels.", "allocations.")):
            yield from (f"{path}?{order}" for order in ORDERS)


def seen(house: House, name: str) -> dict[str, tuple[int, str]]:
    """Everything that the person gets."""
    pages = {}
    for path in addresses(house):
        response = house.as_(name).get(path)
        text = response.get_data().decode(errors="replace")
        pages[path] = (response.status_code, CHANGES_EVERY_TIME.sub("", text))
    return pages


def turn_round(house: House) -> None:
    """Another reviewer's locked scores and words become others."""
    with house.writing() as panel:
        theirs = select(Sheet.id).where(Sheet.person_id == panel.person_ids["rosa"]).scalar_subquery()
        panel.session.execute(
            update(CellScore).where(CellScore.sheet_id.in_(theirs)).values(score=5 - CellScore.score)
        )
        panel.session.execute(
            update(ThemeNote).where(ThemeNote.sheet_id.in_(theirs)).values(justification="Otherwise.")
        )
        for bid in panel.bids:
            actions.refresh_result(panel.session, application_id=bid.id, now=p.NOW)


def test_nothing_that_is_reached_changes_with_what_others_scored(house: House) -> None:
    before = {name: seen(house, name) for name in BLIND}
    turn_round(house)
    after = {name: seen(house, name) for name in BLIND}
    changed = {
        (name, path) for name in BLIND for path in before[name] if before[name][path] != after[name][path]
    }
    assert changed == set()
    assert {name: before[name][f"/scoring/{house.ref}/"][0] for name in BLIND} == dict.fromkeys(BLIND, 200)


def test_it_would_be_seen(house: House) -> None:
    """The deputy, who reviews nothing, sees the change: so the test above can fail."""
    before = seen(house, "deputy")
    turn_round(house)
    after = seen(house, "deputy")
    side = f"/scoring/{house.ref}/side-by-side/"
    assert before[side][0] == 200
    assert before[side] != after[side]


def test_no_email_to_the_blind_tells_a_score_or_a_word(house: House) -> None:
    with house.writing() as panel:
        blind = [panel.person_ids[name] for name in BLIND]
        told = panel.session.scalars(select(Message).where(Message.person_id.in_(blind))).all()
        texts = [f"{message.subject} {message.body}" for message in told]
        assert [text for text in texts if "Because of what they wrote." in text or "20.00" in text] == []
        assert {bid.stage for bid in panel.bids} == {Stage.IN_REVIEW}
        assert queries.result_of(panel.session, panel.bids[0].id) is not None
