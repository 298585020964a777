"""Messages between a bid's people and the programme team: who reads them, what waits, what mail says."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grants.accounts import actions as accounts
from grants.applications.models import Application
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.permissions import Role
from grants.threads import actions, policy, queries
from grants.threads.rules import MOST_CHARACTERS, MOST_IN_A_WHILE
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.conftest import as_ as as_
from tests.rooms.applications.conftest import clock as clock
from tests.rooms.applications.conftest import world as world
from tests.rooms.applications.world import OPEN, World

TEXT = "May we\nstill change <b>the hall</b>?"


def write(world: World, bid: Application, who: str, text: str = TEXT, *, minutes: int = 0) -> None:
    """Somebody writes about the bid."""
    actions.write(
        world.session,
        application_id=bid.id,
        text=text,
        actor=world.actor(who),
        now=OPEN + timedelta(minutes=minutes),
    )


def test_a_question_waits_until_it_is_answered(world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        write(world, bid, "viewer")
        write(world, bid, "editor", minutes=5)
        (asked,) = queries.inbox(session, waiting=True, page=1).rows
        assert (asked.ref, asked.title, asked.waiting_since) == (bid.ref, "", OPEN)
        write(world, bid, "manager", "Yes.", minutes=9)
        assert queries.inbox(session, waiting=True, page=1).total == 0
        assert queries.inbox(session, waiting=False, page=1).total == 1


def test_a_question_can_be_marked_as_answered(world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        write(world, bid, "editor")
        with pytest.raises(NotAllowed):
            actions.mark_answered(session, application_id=bid.id, actor=world.actor("auditor"), now=OPEN)
        actions.mark_answered(session, application_id=bid.id, actor=world.actor("manager"), now=OPEN)
        assert queries.inbox(session, waiting=True, page=1).total == 0


def test_messages_are_unread_until_marked(world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        write(world, bid, "editor")
        manager, viewer = world.actor("manager"), world.actor("viewer")
        assert queries.unread(session, bid.id, person_id=manager.signature(), team=True) == 1
        actions.mark_read(session, application_id=bid.id, actor=manager)
        assert queries.unread(session, bid.id, person_id=manager.signature(), team=True) == 0
        write(world, bid, "manager", "Yes.")
        assert queries.unread(session, bid.id, person_id=viewer.signature(), team=False) == 1
        assert queries.unread(session, bid.id, person_id=manager.signature(), team=True) == 0


def test_mail_says_that_a_message_waits_and_not_what_it_says(world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        write(world, bid, "viewer")
        write(world, bid, "manager", "It is fine.")
        mails = session.scalars(select(Message).where(Message.kind.startswith("message_to_"))).all()
        assert sorted((mail.kind, mail.to_address) for mail in mails) == [
            ("message_to_applicant", "editor@example.org"),
            ("message_to_applicant", "signatory@example.org"),
            ("message_to_applicant", "viewer@example.org"),
            ("message_to_team", "manager@example.org"),
        ]
        assert [mail.body for mail in mails if "hall" in mail.body or "fine" in mail.body] == []


@pytest.mark.parametrize(
    ("who", "refusal"), [("stranger", NotFound), ("chair", NotFound), ("auditor", NotAllowed)]
)
def test_who_may_not_write(world: World, who: str, refusal: type[Exception]) -> None:
    with unit_of_work():
        bid = w.started(world)
        write(world, bid, "editor")
        with pytest.raises(refusal):
            write(world, bid, who)


def test_the_team_finds_no_draft_about_which_nobody_wrote(world: World) -> None:
    with unit_of_work():
        bid = w.started(world)
        with pytest.raises(NotFound):
            write(world, bid, "manager")


def test_a_manager_who_reviews_reads_nothing(world: World) -> None:
    with unit_of_work() as session:
        accounts.grant_role(
            session, person_id=world.person_ids["manager"], role=Role.REVIEWER, actor=w.OPERATOR, now=OPEN
        )
        session.flush()
        assert not policy.can_read(world.actor("manager"))


def test_length_and_number_are_limited(world: World) -> None:
    with unit_of_work():
        bid = w.started(world)
        with pytest.raises(RuleBroken):
            write(world, bid, "editor", "x" * (MOST_CHARACTERS + 1))
        with pytest.raises(RuleBroken):
            write(world, bid, "editor", " \n")
        for _ in range(MOST_IN_A_WHILE):
            write(world, bid, "editor")
        with pytest.raises(RuleBroken, match="Wait a while"):
            write(world, bid, "editor", minutes=59)
        write(world, bid, "viewer", minutes=59)
        write(world, bid, "editor", minutes=61)


def test_the_pages_of_both_sides(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        ref = w.started(world).ref
    editor, manager = as_("editor"), as_("manager")
    assert manager.get(f"/threads/{ref}/team/").status_code == 404
    assert editor.post(f"/threads/{ref}/", data={"text": TEXT}).location == f"/threads/{ref}/"
    assert "May we\nstill change &lt;b&gt;the hall&lt;/b&gt;?" in editor.get(f"/threads/{ref}/").text
    assert ref in manager.get("/threads/").text
    shown = manager.get(f"/threads/{ref}/team/").text
    assert ("the hall" in shown, ">New<" in shown) == (True, True)
    assert manager.get(f"/applications/{ref}/read/").status_code == 404
    too_long = "y" * (MOST_CHARACTERS + 1)
    refused = manager.post(f"/threads/{ref}/team/", data={"text": too_long})
    assert (refused.status_code, too_long in refused.text) == (422, True)
    assert manager.post(f"/threads/{ref}/team/", data={"text": "Yes."}).status_code == 302
    assert "1 new message" in " ".join(as_("viewer").get(f"/applications/{ref}/").text.split())
    assert as_("viewer").post(f"/threads/{ref}/read/").status_code == 302
    assert "new message" not in as_("viewer").get(f"/applications/{ref}/").text
    assert as_("chair").get(f"/threads/{ref}/team/").status_code == 403
