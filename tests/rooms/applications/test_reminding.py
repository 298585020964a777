"""Reminders before the closing, once each; and drafts that lapse are sent home whole."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership
from grants.applications import actions, queries
from grants.applications.deadline_rules import due_at
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from grants.programme.models import Extension
from tests.rooms.applications import world as w
from tests.rooms.applications.drafts import complete, draft
from tests.rooms.applications.world import CLOSES, OPEN, World

WEEK, DAY = due_at(CLOSES, 7), due_at(CLOSES, 1)
WRITERS = ["editor@example.org", "signatory@example.org"]
TICK = timedelta(microseconds=1)


def remind(at: datetime) -> int:
    with unit_of_work() as session:
        return actions.remind_of_closing(session, now=at)


def letters(kind: str = "closing_soon") -> list[Message]:
    with unit_of_work() as session:
        found = list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))
        for letter in found:
            session.expunge(letter)
        return found


def to(ref: str = "") -> list[str]:
    return sorted(letter.to_address for letter in letters() if ref in letter.body)


def give_more_time(session: Session, world: World, ref: str, *, hours: int, approved_at: datetime) -> None:
    session.add(
        Extension(
            round_id=world.round.id,
            application_id=queries.by_ref(session, ref).id,
            closes_at=CLOSES + timedelta(hours=hours),
            reason="Ill",
            drafted_by_id=world.person_ids["manager"],
            drafted_at=OPEN,
            approved_by_id=world.person_ids["chair"],
            approved_at=approved_at,
        )
    )


def test_writers_are_reminded_a_week_and_a_day_before_once_each(world: World) -> None:
    ref = draft(world)
    assert remind(WEEK - TICK) == 0
    assert [remind(WEEK), remind(WEEK), remind(DAY - TICK)] == [1, 0, 0]
    assert to(ref) == WRITERS
    assert [remind(DAY), remind(DAY), remind(CLOSES - TICK), remind(CLOSES)] == [1, 0, 0, 0]
    assert to(ref) == sorted(WRITERS * 2)
    assert {letter.sensitive for letter in letters()} == {True}


def test_after_an_outage_only_the_nearest_reminder_goes_out(world: World) -> None:
    ref = draft(world)
    assert [remind(DAY + timedelta(hours=3)), remind(DAY + timedelta(hours=4))] == [1, 0]
    assert to(ref) == WRITERS


def test_it_says_what_is_missing_by_page_and_that_nothing_was_written(world: World) -> None:
    untouched, ready = draft(world), complete(world)
    remind(WEEK)
    first = next(letter for letter in letters() if untouched in letter.body)
    assert (
        first.subject
        == f"Your bid {untouched} has not been sent: it closes at 5pm on Friday 28 January 2022 (UK time)"
    )
    assert "Nothing has been written yet" in first.body
    title = world.definition.sections[0].title
    key = world.definition.sections[0].key
    lines = first.body.splitlines()
    heading = next(line for line in lines if line.startswith(f"{title}: "))
    assert heading.endswith(f"/applications/{untouched}/sections/{key}/")
    assert lines[lines.index(heading) + 1].startswith("- ")
    whole = next(letter for letter in letters() if ready in letter.body)
    assert "Nothing is missing. An authorised signatory of Marsh Farm Outreach has to send it." in whole.body
    assert "Nothing has been written yet" not in whole.body


def test_who_has_sent_or_withdrawn_is_left_alone(world: World) -> None:
    with unit_of_work() as session:
        w.sent(world)
        gone = w.started(world)
        actions.withdraw(
            session, application_id=gone.id, reason="No time", actor=world.actor("signatory"), now=OPEN
        )
    assert remind(WEEK) == 0


def test_who_began_within_the_hour_is_reminded_when_it_is_over_and_who_began_later_not_at_all(
    world: World,
) -> None:
    with unit_of_work():
        just_before = w.started(world, now=WEEK - timedelta(minutes=30)).ref
        after = w.started(world, now=WEEK + timedelta(hours=1)).ref
    assert remind(WEEK + timedelta(minutes=29)) == 0
    assert remind(WEEK + timedelta(minutes=30)) == 1
    assert remind(WEEK + timedelta(days=2)) == 0
    assert (to(just_before), to(after)) == (WRITERS, [])
    assert remind(DAY) == 2


def test_an_extended_bid_is_reminded_by_its_own_closing(world: World) -> None:
    ref, other = draft(world), draft(world)
    with unit_of_work() as session:
        give_more_time(session, world, ref, hours=48, approved_at=OPEN)
    assert remind(WEEK) == 1
    assert (to(ref), to(other)) == ([], WRITERS)
    assert remind(WEEK + timedelta(hours=48)) == 1
    assert to(ref) == WRITERS
    own = [letter.body for letter in letters() if ref in letter.body]
    assert ["before 5pm on Sunday 30 January 2022 (UK time)" in body for body in own] == [True, True]


def test_more_time_given_on_the_last_day_is_told_once_not_twice(world: World) -> None:
    """The letter about the extension names the new minute; no reminder says the same an instant later."""
    ref = draft(world)
    remind(WEEK)
    remind(DAY)
    told = len(letters())
    with unit_of_work() as session:
        give_more_time(session, world, ref, hours=2, approved_at=CLOSES - timedelta(hours=1))
    assert remind(CLOSES - timedelta(minutes=30)) == 0
    assert remind(CLOSES) == 0
    assert len(letters()) == told


def test_only_who_writes_for_the_lead_is_reminded(world: World) -> None:
    ref = draft(world)
    with unit_of_work() as session:
        session.delete(
            session.scalars(
                select(Membership).where(Membership.person_id == world.person_ids["editor"])
            ).one()
        )
    remind(WEEK)
    assert to(ref) == ["signatory@example.org"]


def test_a_run_takes_only_so_many_and_the_next_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grants.applications.actions.reminding.MOST_REMINDERS", 2)
    for _ in range(3):
        draft(world)
    assert [remind(WEEK), remind(WEEK), remind(WEEK)] == [2, 1, 0]


def test_a_lapsed_draft_is_sent_home_whole(world: World) -> None:
    ref = complete(world)
    with unit_of_work() as session:
        assert actions.lapse_drafts(session, now=CLOSES + timedelta(minutes=15)) == 1
    (letter,) = letters("draft_lapsed")
    assert (letter.to_address, letter.sensitive) == ("editor@example.org", True)
    assert f"/applications/{ref}/answers/" in letter.body
    answers = w.SECTIONS["summary"]
    assert [text for key in ("title", "summary") if (text := str(answers[key])) not in letter.body] == []
    assert "What we do about hearing." in letter.body
    assert "Hall hire" in letter.body
    assert "£5,000.50" in letter.body
    assert "The Hive" in letter.body


def test_the_words_go_to_nobody_who_has_left(world: World) -> None:
    draft(world)
    with unit_of_work() as session:
        session.delete(
            session.scalars(
                select(Membership).where(Membership.person_id == world.person_ids["editor"])
            ).one()
        )
        actions.lapse_drafts(session, now=CLOSES + timedelta(minutes=15))
    assert [letter.to_address for letter in letters("draft_lapsed")] == ["signatory@example.org"]


def test_a_draft_that_waits_for_its_own_extension_does_not_lapse_meanwhile(world: World) -> None:
    ref, other = draft(world), draft(world)
    late = CLOSES + timedelta(minutes=15)
    with unit_of_work() as session:
        extension = actions.draft_extension(
            session,
            round_id=world.round.id,
            application_id=queries.by_ref(session, ref).id,
            until=CLOSES + timedelta(hours=4),
            reason="Ill",
            actor=world.actor("manager"),
            now=CLOSES,
        )
        assert actions.lapse_drafts(session, now=late) == 1
        assert (queries.by_ref(session, ref).stage, queries.by_ref(session, other).stage) == (
            "draft",
            "lapsed",
        )
        actions.refuse_extension(
            session, extension_id=extension.id, version=1, reason="No", actor=world.actor("chair"), now=late
        )
        assert actions.lapse_drafts(session, now=late) == 1
