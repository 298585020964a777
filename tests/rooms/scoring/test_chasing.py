"""A whole review period by the clock: who is written to when, and what they read."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from grants.accounts import actions as accounts
from grants.core.clock import in_london
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from grants.permissions import Role
from grants.programme.definition import FundDefinition
from grants.reviewing import actions as reviewing
from grants.scoring import actions
from grants.scoring.models import ReviewDigest
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s

pytestmark = pytest.mark.usefixtures("ctx")

DUE = datetime(2022, 3, 29, 16, 0, tzinfo=UTC)
"""Two days after the night in which the clocks go forward: 5pm in Luton."""
FIRST, SECOND, TOLD = (
    datetime(2022, 3, 22, 8, tzinfo=UTC),
    datetime(2022, 3, 27, 7, tzinfo=UTC),
    datetime(2022, 4, 1, 7, tzinfo=UTC),
)
HOUR = timedelta(hours=1)
HOURS = (1, 6, 7, 8, 9, 17)
"""At which the chore runs on each day, UTC: around the mornings, and at night."""


def fund() -> FundDefinition:
    usual = p.fund(reviews=1, citizens=0)
    calendar = replace(usual.calendar, reviews_due_at=DUE, panel_on=date(2022, 4, 8))
    return replace(usual, calendar=calendar)


def built() -> p.Panel:
    """Vera never finishes: a bid to declare on, one begun, one locked. Carl has two. Rosa is done."""
    with unit_of_work() as session:
        panel = p.build(session, bids=6, definition=fund())
        undeclared, begun, done, first, second, rosas = panel.bids
        panel.assign(undeclared, "vera", cleared=False)
        panel.assign(begun, "vera")
        panel.assign(done, "vera")
        panel.assign(first, "carl")
        panel.assign(second, "carl")
        panel.assign(rosas, "rosa")
        s.started(panel, "vera", begun)
        s.locked(panel, "vera", done)
        s.locked(panel, "rosa", rosas)
    return panel


def chase(at: datetime) -> int:
    with unit_of_work() as session:
        return actions.chase_reviews(session, now=at)


def letters() -> list[Message]:
    with unit_of_work() as session:
        found = list(
            session.scalars(select(Message).where(Message.kind == "reviews_outstanding").order_by(Message.id))
        )
        session.expunge_all()
    return found


def sent(since: int = 0) -> list[tuple[datetime, str]]:
    found = [(letter.created_at, letter.to_address.partition("@")[0]) for letter in letters()[since:]]
    return sorted(found)


def test_a_whole_review_period(database: object) -> None:
    panel = built()
    days = [FIRST.date() + timedelta(days=number) for number in range(-2, 20)]
    for now in (datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day in days for hour in HOURS):
        with unit_of_work() as session:
            panel.session = session
            if now == FIRST + timedelta(days=2):  # Pat is given a bid after the first reminder
                panel.assign(p.add_bid(panel, 7), "pat")
                panel.assignment("pat", panel.bids[-1]).assigned_at = now
            if now == FIRST + timedelta(days=3):  # Carl finishes
                for bid in panel.bids[3:5]:
                    s.locked(panel, "carl", bid)
            actions.chase_reviews(session, now=now)
            assert actions.chase_reviews(session, now=now) == 0
    assert sent() == [
        (FIRST, "carl"),
        (FIRST, "vera"),
        (SECOND, "pat"),
        (SECOND, "vera"),
        (TOLD, "manager"),
        (TOLD, "pat"),
        (TOLD, "vera"),
    ]
    assert {in_london(at).hour for at, _ in sent()} == {8}
    with unit_of_work() as session:
        digest = session.scalars(select(ReviewDigest).order_by(ReviewDigest.id)).all()[-1]
        assert digest.day == date(2022, 4, 1)
    _read_them(panel)


def _read_them(panel: p.Panel) -> None:
    """What the last e-mails say; the first of Vera's says that nothing is late yet."""
    with unit_of_work() as session:
        refs = [bid.ref for bid in map(session.merge, panel.bids)]
    by = {(letter.created_at, letter.to_address.partition("@")[0]): letter for letter in letters()}
    first, last = by[FIRST, "vera"], by[TOLD, "vera"]
    assert first.subject == "2 bids left to review by 5pm on Tuesday 29 March 2022 (UK time)"
    assert "programme team knows" not in first.body
    assert last.subject == "2 of your reviews are late"
    assert f"- {refs[0]}\n" in last.body
    assert f"- {refs[1]}: Bid number 2 (begun)\n" in last.body
    assert refs[2] not in last.body
    assert "The programme team knows that these reviews are late" in last.body
    manager = by[TOLD, "manager"]
    assert manager.subject == "2 reviewers are late with their reviews"
    late = [line for line in manager.body.splitlines() if line.startswith("- ")]
    assert late == [
        "- Pat Person: 1 left, due by 5pm on Tuesday 29 March 2022 (UK time). "
        "Last did something on 29 Jan 2022, 6pm.",
        "- Vera Person: 2 left, 1 of them not declared on, due by 5pm on Tuesday 29 March 2022 (UK time). "
        "Last did something on 29 Jan 2022, 6pm.",
    ]
    assert "your reviews" not in manager.body


def test_more_time_calls_the_next_reminder_back_and_a_new_silence_is_told_again() -> None:
    panel = built()
    assert chase(TOLD) == 3  # an outage until then: Vera, Carl and the manager get one each
    assert chase(TOLD + HOUR) == 0
    with unit_of_work() as session:
        panel.session = session
        reviewing.give_more_time(
            session,
            round_id=panel.round.id,
            person_id=panel.person_ids["vera"],
            until=date(2022, 4, 5),
            reason="She was ill.",
            actor=panel.actor("manager"),
            now=TOLD + HOUR,
        )
    before = len(letters())
    now = TOLD + 2 * HOUR
    while now < TOLD + timedelta(days=12):
        chase(now)
        now += timedelta(hours=3)
    assert [(at.date().isoformat(), who) for at, who in sent(before)] == [
        ("2022-04-03", "vera"),
        ("2022-04-08", "manager"),
        ("2022-04-08", "vera"),
    ]


def test_nobody_reads_of_bids_that_are_hidden_from_them_and_one_email_serves_two_roles() -> None:
    panel = built()
    with unit_of_work() as session:
        panel.session = session
        undeclared, begun, _, first, second, _ = map(session.merge, panel.bids)
        refs = (undeclared.ref, begun.ref)
        for name, bid in (("manager", first), ("manager", second), ("vera", begun)):
            reviewing.record_conflict(
                session,
                person_id=panel.person_ids[name],
                application_id=bid.id,
                reason="It is near home.",
                actor=panel.actor("chair"),
                now=p.NOW,
            )
        accounts.grant_role(
            session, person_id=panel.person_ids["vera"], role=Role.MANAGER, actor=w.OPERATOR, now=p.NOW
        )
    assert chase(TOLD) == 3
    to = {letter.to_address.partition("@")[0]: letter for letter in letters()}
    assert sorted(to) == ["carl", "manager", "vera"]
    assert to["manager"].subject == "1 reviewer is late with their reviews"
    assert "- Vera Person: 1 left, 1 of them not declared on" in to["manager"].body
    assert "Carl" not in to["manager"].body
    assert to["vera"].subject == "2 reviewers are late with their reviews"
    assert "- Carl Person: 2 left, due by" in to["vera"].body
    assert f"- {refs[0]}\n" in to["vera"].body
    assert refs[1] not in to["vera"].body


def test_nobody_is_written_to_at_night() -> None:
    built()
    assert chase(FIRST - HOUR) == 0
    assert chase(FIRST) == 2
