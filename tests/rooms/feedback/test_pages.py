"""The pages of feedback: two editors at once, marking as ready and going on, what a conflict hides."""

import re

from flask import Flask

from grants.feedback import queries
from grants.feedback.states import FeedbackState
from grants.reviewing import actions as reviewing
from tests.counting import CountQueries
from tests.rooms.feedback import quoted as q
from tests.rooms.scoring.visits import House, open_house

THEME = "youth"


def drafted(app: Flask, *, count: int = 1) -> House:
    house = open_house(app, count=count, setting=q.fill)
    with house.writing() as panel:
        q.draft(panel)
    return house


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]* value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_of_two_editors_the_second_loses_nothing_and_reads_both(app: Flask) -> None:
    house = drafted(app)
    path = f"/feedback/bids/{house.ref}/"
    seen = version_in(house.get("chair", path)[1])
    theirs = {"version": seen, "opening": "Of the deputy", f"strengths-{THEME}": "Theirs", "go": "stay"}
    assert house.post("deputy", path, **theirs)[0] == 302

    mine = {"version": seen, "opening": "Of the chair", f"strengths-{THEME}": "Mine", "go": "ready"}
    status, page = house.post("chair", path, **mine)

    assert status == 409
    assert [words in page for words in ("Of the chair", "Of the deputy", "Mine", "Theirs")] == [True] * 4
    assert house.post("chair", path, **{**mine, "version": version_in(page)})[0] == 302
    with house.writing() as panel:
        row = q.feedback(panel)
        assert (row.state, row.opening) == (FeedbackState.READY, "Of the chair")
        assert "Sharedwords" not in repr(q.letter(panel))


def test_a_chair_goes_from_draft_to_draft_and_reads_what_is_wrong(app: Flask) -> None:
    house = drafted(app, count=2)
    first, second = house.refs
    path = f"/feedback/bids/{first}/"
    seen = version_in(house.get("chair", path)[1])
    status, page = house.post("chair", path, version=seen, opening="Rosa Person liked it", go="ready")
    assert (status, "“Rosa Person” must not stand in it" in page, "Rosa Person liked it" in page) == (
        *(422, True),
        True,
    )
    assert house.post("chair", path, version=seen, opening="Well done", go="ready") == (
        302,
        f"/feedback/bids/{second}/",
    )
    assert "Edit it again" in house.get("chair", path)[1]
    manager = house.get("manager", path)[1]
    assert ("Edit it again" in manager, "Well done" in manager) == (False, True)


def test_a_conflict_hides_feedback_and_the_list_asks_little(app: Flask, count_queries: CountQueries) -> None:
    house = drafted(app, count=3)
    with house.writing() as panel:
        reviewing.record_conflict(
            panel.session, person_id=panel.person_ids["chair"], application_id=panel.bids[0].id,
            reason="A friend.", actor=panel.actor("manager"), now=q.NOW,
        )  # fmt: skip
        counted = queries.counts(panel.session, panel.round.id, without=[panel.bids[0].id])
        assert counted[FeedbackState.DRAFT] == 2
    overview = f"/feedback/{house.round_ref}/"
    page = house.get("chair", overview)[1]
    assert [f"/feedback/bids/{ref}/" in page for ref in house.refs] == [False, True, True]
    assert house.get("chair", f"/feedback/bids/{house.ref}/")[0] == 403
    with count_queries() as few:
        house.get("manager", overview)
    assert len(few) < 25
