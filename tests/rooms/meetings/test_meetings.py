"""A meeting of six with two recusals: agenda, room, quorum, a deputy in the chair, minutes, lots."""

import json
from argparse import Namespace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.accounts import queries as people
from grants.audit.models import TrailEntry
from grants.core.errors import NotAllowed, RuleBroken
from grants.meetings import actions, queries
from grants.meetings.commands import verify_lots
from grants.meetings.lottery import draw
from grants.meetings.models import AgendaItem, Meeting, Recusal
from grants.meetings.states import MeetingState
from grants.notifications.models import Message
from grants.reviewing import actions as reviewing
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.panels.scored import scored
from tests.rooms.reviewing.panel import NOW, Panel
from tests.signing_in import sign_in

DAY = date(2030, 1, 9)
ROOM = ("chair", "deputy", "rosa", "vera", "carl", "cem")


@pytest.fixture
def panel(session: Session) -> Panel:
    """Four scored bids; vera has a conflict with the best and the third, cem with the third."""
    made = scored(session, 5, 4, 3, 2)
    for name, bid in (("vera", 0), ("vera", 2), ("cem", 2)):
        _conflict(made, name, bid)
    return made


def _conflict(panel: Panel, name: str, bid: int) -> None:
    reviewing.record_conflict(
        panel.session,
        person_id=panel.person_ids[name],
        application_id=panel.bids[bid].id,
        reason="Her sister runs it.",
        actor=panel.actor("manager"),
        now=NOW,
    )


def called(panel: Panel, *, quorum: int = 4) -> Meeting:
    return actions.call_meeting(
        panel.session,
        round_id=panel.round.id,
        held_on=DAY,
        place="Committee room 1",
        quorum=quorum,
        actor=panel.actor("manager"),
        now=NOW,
    )


def opened(panel: Panel, *, quorum: int = 4) -> Meeting:
    """A meeting that all six are at."""
    meeting = called(panel, quorum=quorum)
    actions.open_meeting(panel.session, meeting_id=meeting.id, actor=panel.actor("chair"), now=NOW)
    for name in ROOM[1:]:
        arrive(panel, meeting, name)
    return meeting


def arrive(panel: Panel, meeting: Meeting, name: str) -> None:
    person_id = panel.person_ids[name]
    actions.arrive(
        panel.session, meeting_id=meeting.id, person_id=person_id, actor=panel.actor(name), now=NOW
    )


def call(panel: Panel, meeting: Meeting, bid: int, by: str = "chair") -> AgendaItem:
    item = panel.session.scalars(
        select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.application_id == panel.bids[bid].id
        )
    ).one()
    return actions.call_bid(panel.session, item_id=item.id, actor=panel.actor(by), now=NOW)


def out(panel: Panel, meeting: Meeting) -> set[str]:
    names = {person_id: name for name, person_id in panel.person_ids.items()}
    return {names[recusal.person_id] for recusal in queries.out_now(panel.session, meeting.id)}


def test_the_agenda_sends_people_out_as_seldom_as_can_be(panel: Panel) -> None:
    meeting = called(panel)
    order = [row.application_id for row in queries.agenda_rows(panel.session, meeting.id)]
    assert order == [panel.bids[n].id for n in (1, 3, 0, 2)]
    told = panel.session.scalars(select(Message.to_address).where(Message.kind == "meeting_called")).all()
    members = [person.email for person in queries.panel(panel.session)]
    assert sorted(told) == sorted(members)
    bodies = panel.session.scalars(select(Message.body).where(Message.kind == "meeting_called")).all()
    assert not [body for body in bodies if any(bid.ref in body for bid in panel.bids)]


def test_the_agenda_may_be_part_of_the_ranking_and_is_ordered_anew(panel: Panel) -> None:
    meeting = actions.call_meeting(
        panel.session,
        round_id=panel.round.id,
        held_on=DAY,
        place="",
        quorum=1,
        first=2,
        last=3,
        actor=panel.actor("chair"),
        now=NOW,
    )
    _conflict(panel, "carl", 1)
    actions.draft_agenda_again(panel.session, meeting_id=meeting.id, actor=panel.actor("chair"), now=NOW)
    order = [row.application_id for row in queries.agenda_rows(panel.session, meeting.id)]
    assert sorted(order) == sorted([panel.bids[1].id, panel.bids[2].id])
    actions.open_meeting(panel.session, meeting_id=meeting.id, actor=panel.actor("chair"), now=NOW)
    with pytest.raises(RuleBroken):
        actions.draft_agenda_again(panel.session, meeting_id=meeting.id, actor=panel.actor("chair"), now=NOW)


def test_what_is_missing_is_said_at_once(panel: Panel) -> None:
    with pytest.raises(RuleBroken) as refused:
        actions.call_meeting(
            panel.session,
            round_id=panel.round.id,
            held_on=None,
            place="",
            quorum=0,
            first=90,
            actor=panel.actor("manager"),
            now=NOW,
        )
    assert [reason.place for reason in refused.value.reasons] == ["held_on", "quorum", "first"]


def test_people_with_a_conflict_are_out_while_their_bid_is_on(panel: Panel) -> None:
    meeting = opened(panel)
    call(panel, meeting, 0)
    assert out(panel, meeting) == {"vera"}
    call(panel, meeting, 2)
    assert out(panel, meeting) == {"vera", "cem"}
    call(panel, meeting, 1)
    assert out(panel, meeting) == set()
    stretches = panel.session.scalars(select(Recusal).where(Recusal.meeting_id == meeting.id)).all()
    assert len(stretches) == 3
    assert all(stretch.returned_at for stretch in stretches)


def test_who_comes_late_to_a_bid_they_have_a_conflict_with_stays_out(panel: Panel) -> None:
    meeting = called(panel, quorum=1)
    actions.open_meeting(panel.session, meeting_id=meeting.id, actor=panel.actor("chair"), now=NOW)
    call(panel, meeting, 2)
    arrive(panel, meeting, "cem")
    arrive(panel, meeting, "cem")
    assert out(panel, meeting) == {"cem"}
    assert len(queries.present(panel.session, meeting.id)) == 2


def test_a_bid_is_called_only_with_a_quorum(panel: Panel) -> None:
    meeting = opened(panel, quorum=5)
    call(panel, meeting, 0)
    with pytest.raises(RuleBroken, match="4 of the 5 members"):
        call(panel, meeting, 2)
    assert queries.meeting(panel.session, meeting.id).current_id is not None


def test_a_chair_with_a_conflict_leaves_the_bid_to_a_deputy(panel: Panel) -> None:
    _conflict(panel, "chair", 1)
    meeting = opened(panel)
    with pytest.raises(NotAllowed):
        call(panel, meeting, 1)
    call(panel, meeting, 1, by="deputy")
    assert out(panel, meeting) == {"chair"}
    item = queries.item(panel.session, meeting.current_id or 0)
    with pytest.raises(NotAllowed):
        actions.write_note(panel.session, item_id=item.id, note="Good.", actor=panel.actor("chair"), now=NOW)


@pytest.mark.parametrize("name", ["rosa", "manager", "auditor"])
def test_only_a_chair_leads(panel: Panel, name: str) -> None:
    meeting = opened(panel)
    actor = panel.actor(name)
    with pytest.raises(NotAllowed):
        call(panel, meeting, 0, by=name)
    with pytest.raises(NotAllowed):
        actions.close_meeting(panel.session, meeting_id=meeting.id, actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        actions.leave(
            panel.session, meeting_id=meeting.id, person_id=panel.person_ids["carl"], actor=actor, now=NOW
        )


def test_closing_ends_everything_and_the_trail_has_it(panel: Panel) -> None:
    meeting = opened(panel)
    call(panel, meeting, 2)
    later = NOW + timedelta(hours=2)
    actions.close_meeting(panel.session, meeting_id=meeting.id, actor=panel.actor("deputy"), now=later)
    assert (meeting.state, meeting.current_id) == (MeetingState.CLOSED, None)
    assert queries.present(panel.session, meeting.id) == frozenset()
    assert out(panel, meeting) == set()
    with pytest.raises(RuleBroken):
        call(panel, meeting, 0)
    panel.session.commit()
    deeds = panel.session.scalars(
        select(TrailEntry.deed).where(TrailEntry.deed.like("meeting.%")).order_by(TrailEntry.seq)
    ).all()
    assert deeds == [
        *("meeting.called", "meeting.opened", *["meeting.arrived"] * 5),
        *("meeting.bid_called", "meeting.closed"),
    ]


def test_lots_are_fixed_drawn_once_and_can_be_drawn_again(
    panel: Panel, app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meeting = opened(panel)
    refs = [panel.bids[1].ref, panel.bids[3].ref]
    chair = panel.actor("chair")
    with pytest.raises(RuleBroken):
        actions.fix_lots(
            panel.session, meeting_id=meeting.id, refs=["X-1", *refs], source="A draw", actor=chair, now=NOW
        )
    lots = actions.fix_lots(
        panel.session, meeting_id=meeting.id, refs=refs, source="A draw", actor=chair, now=NOW
    )
    reviewing.record_conflict(
        panel.session, person_id=panel.person_ids["deputy"], application_id=panel.bids[3].id, reason="A tie",
        actor=panel.actor("manager"), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.draw_lots(panel.session, lottery_id=lots.id, seed="4", actor=panel.actor("deputy"), now=NOW)
    actions.draw_lots(panel.session, lottery_id=lots.id, seed=" 4  8 15 ", actor=chair, now=NOW)
    with pytest.raises(RuleBroken):
        actions.draw_lots(panel.session, lottery_id=lots.id, seed="16", actor=chair, now=NOW)
    panel.session.commit()

    browser = Browser(app)
    sign_in(browser, people.person(panel.session, panel.person_ids["auditor"]))
    file = tmp_path / "lots.json"
    file.write_bytes(browser.get(f"/meetings/lots/{lots.id}/file/").get_data())
    assert json.loads(file.read_text())["order"] == [ticket.ref for ticket in draw(refs, "A draw", "4 8 15")]
    assert _verify(file) == 0
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "order": told["order"][::-1]}))
    assert _verify(file) == 1
    file.write_text(file.read_text().replace("A draw", "Another draw"))
    assert _verify(file) == 1
    file.write_text("[]")
    assert _verify(file) == 2
    assert "no file of lots" in capsys.readouterr().err


def test_pages_hide_what_their_reader_may_not_see_and_follow_the_chair(
    panel: Panel, app: Flask, count_queries: CountQueries
) -> None:
    meeting = opened(panel)
    call(panel, meeting, 2)
    panel.session.commit()
    best, third = panel.bids[0].title, panel.bids[2].title
    readers = {}
    for name in ("vera", "rosa", "chair", "manager"):
        readers[name] = Browser(app)
        sign_in(readers[name], people.person(panel.session, panel.person_ids[name]))

    def page(name: str, path: str = "") -> str:
        return readers[name].get(f"/meetings/{meeting.id}/{path}").get_data(as_text=True)

    assert (best in page("rosa"), third in page("rosa", "now/")) == (True, True)
    assert (best in page("vera"), third in page("vera", "now/")) == (False, False)
    assert "please stay out of the room" in page("vera", "now/")
    before = json.loads(page("rosa", "now/mark/"))
    with count_queries() as statements:
        page("rosa", "now/mark/")
    assert len(statements) < 15
    call(panel, meeting, 1)
    panel.session.commit()
    assert json.loads(page("rosa", "now/mark/")) != before
    note = f"/meetings/items/{meeting.current_id}/"
    assert readers["chair"].post(note, data={"note": "A strong partnership."}).status_code == 302
    met = {name: _bids_in(readers[name].get(f"/meetings/{meeting.id}/minutes/")) for name in ("vera", "rosa")}
    agenda = [panel.bids[n].ref for n in (1, 3, 0, 2)]
    assert met == {"rosa": agenda, "vera": agenda[:2]}


def _bids_in(minutes: TestResponse) -> list[str]:
    """The references of the bids that the minutes tell of, from the PDF's bookmarks."""
    with pikepdf.open(BytesIO(minutes.get_data())) as pdf, pdf.open_outline() as outline:
        titles = [inner.title for part in outline.root for inner in part.children]
    return [title.partition(":")[0] for title in titles]


def _verify(file: Path) -> int:
    return verify_lots(Namespace(file=file))
