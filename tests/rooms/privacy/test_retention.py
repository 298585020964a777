"""Time passes: what has been kept for its period loses its names and words, and the rest stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.accounts.models import Person
from grants.applications import queries as applications
from grants.applications.models import Application, Partner, SectionAnswers, Version
from grants.applications.states import Stage
from grants.audit.queries import walk
from grants.audit.rules import verify
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.equality import actions as equality
from grants.equality.models import EqualityCount
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.panels.models import Decision
from grants.privacy import actions
from grants.privacy.models import Removal
from grants.privacy.queries import UNDER_WAY
from grants.privacy.register import Period
from grants.privacy.rules import later
from grants.programme import actions as programme_deeds
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.models import Conflict
from grants.scoring.models import CellScore, Result, Sheet, ThemeNote
from tests.rooms.access.town import OPERATOR, email_of, title_of, verdict_of, words_of
from tests.rooms.privacy.conftest import NOW, Settled

DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def remove(clock: time_machine.Traveller, at: datetime) -> int:
    """What the nightly chore does, until it finds nothing more; how many records it was."""
    clock.move_to(at)
    total = 0
    while True:
        with unit_of_work() as session:
            done = actions.remove_due(session, now=now())
        total += done
        if not done:
            return total


def round_called(session: Session, settled: Settled, name: str) -> Round:
    session.rollback()
    return programme.round_by_id(session, settled.town.round_ids[name])


def bid(session: Session, settled: Settled, name: str) -> Application:
    session.rollback()
    return applications.application(session, settled.town.bid_ids[name])


def removed(session: Session, application_id: int) -> set[str]:
    session.rollback()
    return set(session.scalars(select(Removal.kind).where(Removal.subject_id == application_id)))


def everything(session: Session) -> str:
    """All that is written about people and bids, as text; emails have a period and a test of their own."""
    session.rollback()
    tables = (Application, SectionAnswers, Partner, Version, Sheet, ThemeNote, Conflict, Person)
    return " ".join(
        str(tuple(row)) for table in tables for row in session.execute(select(*table.__table__.columns))
    )


def lingering(session: Session, *words: str) -> list[str]:
    """Where any of the words still stands, with a little of what is around it."""
    text = everything(session)
    return [text[max(at - 60, 0) : at + 60] for word in words if (at := text.find(word)) >= 0]


def test_nothing_goes_before_its_time(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    before = everything(session)
    assert remove(clock, NOW + DAY) == 0
    same = everything(session) == before
    assert same


def test_a_draft_that_was_never_sent_goes_after_six_months(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    draft = settled.town.bid_ids["draft"]
    closed = round_called(session, settled, "open").closes_at.date()
    remove(clock, noon(later(closed, 6)))
    assert removed(session, draft) == set()
    remove(clock, noon(later(closed, 6) + DAY))

    assert Period.BID in removed(session, draft)
    assert lingering(session, words_of("draft"), title_of("draft"), "ada-draft@hive.example") == []
    left = bid(session, settled, "draft")
    assert (left.ref, left.ask) != ("", 0)
    assert "Removed on" in left.title


def test_a_bid_that_was_not_funded_goes_after_two_years(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    named = ("declined", "ineligible", "withdrawn")
    decided = programme.definition_of(round_called(session, settled, "past")).calendar.decisions_by
    others = [
        programme.definition_of(round_).calendar.decisions_by for round_ in programme.all_rounds(session)
    ]
    digests = {
        name: applications.current_version(session, bid(session, settled, name)).digest for name in named
    }
    amounts = {name: bid(session, settled, name).ask for name in named}
    remove(clock, noon(later(decided, 24)))
    assert Period.BID not in removed(session, settled.town.bid_ids["declined"])
    remove(clock, noon(later(max(others), 24) + DAY))

    for name in named:
        left = bid(session, settled, name)
        version = applications.current_version(session, left)
        assert {Period.BID, Period.DOCUMENTS, Period.REVIEWS} <= removed(session, left.id)
        assert (left.ask, version.digest) == (amounts[name], digests[name])
        assert version.content["ask"] == amounts[name]
        assert version.content["removed_on"]
        assert version.content["lead"]["charity_number"] == "1123126"
        assert lingering(session, words_of(name), title_of(name), f"ada-{name}@hive.example") == []
    assert lingering(session, verdict_of("declined")) == []
    assert session.scalar(select(func.count(CellScore.id))) or 0 > 0
    decision = session.scalars(
        select(Decision).where(Decision.application_id == settled.town.bid_ids["declined"])
    ).one()
    assert decision.reason != ""
    assert session.get(Result, settled.town.bid_ids["declined"]) is not None
    assert verify(walk(session)).faults == ()


def test_an_award_keeps_what_is_published_when_its_words_go(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    spent = programme.definition_of(round_called(session, settled, "past")).calendar.spend_by
    amount = bid(session, settled, "active").ask
    remove(clock, noon(later(spent, 24) + DAY))
    assert Period.BID not in removed(session, settled.town.bid_ids["active"])
    assert lingering(session, words_of("active")) != []
    remove(clock, noon(later(spent, 84) + DAY))

    left = bid(session, settled, "active")
    content = applications.current_version(session, left).content
    assert lingering(session, words_of("active")) == []
    assert (left.title, left.ask) == (title_of("active"), amount)
    assert content["lead"]["name"] == "Organisation A"
    assert [(partner["name"], partner["share"]) for partner in content["partners"]] == [("The Hive", 800_050)]
    partner = session.scalars(select(Partner).where(Partner.application_id == left.id)).one()
    assert (partner.name, partner.contact_name, partner.contact_email) == ("The Hive", "", "")


def test_pages_of_a_bid_without_words_still_open(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    years_later = noon(date(2040, 1, 1))
    remove(clock, years_later)
    ref = bid(session, settled, "active").ref
    round_ref = round_called(session, settled, "past").ref
    for path in (
        f"/applications/{ref}/read/",
        f"/scoring/{ref}/",
        f"/scoring/{round_ref}/ranking/",
        f"/panels/{ref}/",
        f"/applications/screening/{round_ref}/",
    ):
        answer = settled.browser("auditor").get(path)
        assert answer.status_code in (200, 403, 404), path
        assert "Answersof" not in answer.text
    assert "Removed on 1 January 2040" in settled.browser("auditor").get(f"/applications/{ref}/read/").text


def test_done_twice_it_changes_nothing(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    at = noon(date(2040, 1, 1))
    assert remove(clock, at) > 0
    before = everything(session)
    assert remove(clock, at + DAY) == 0
    same = everything(session) == before
    assert same


def test_it_works_through_a_backlog_in_batches(
    settled: Settled, session: Session, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = noon(date(2040, 1, 1))
    monkeypatch.setattr("grants.privacy.actions.retaining.MOST_AT_ONCE", 1)
    clock.move_to(at)
    with unit_of_work() as writing:
        first = actions.remove_due(writing, now=now())
    assert 0 < first < remove(clock, at)


def test_emails_lose_their_words_a_year_after_sending(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    with unit_of_work() as writing:
        writing.execute(update(Message).values(state=MessageState.SENT, sent_at=NOW))
        waiting = writing.scalars(select(Message).limit(1)).one()
        waiting.state, waiting.sent_at, waiting_id = MessageState.QUEUED, None, waiting.id
    remove(clock, datetime(2027, 3, 2, 12, tzinfo=UTC))
    assert session.scalar(select(func.count(Message.id)).where(Message.to_address == "")) == 0
    remove(clock, datetime(2027, 3, 3, 12, tzinfo=UTC))

    session.rollback()
    kept = session.scalars(select(Message).where(Message.to_address != "")).all()
    assert [message.id for message in kept] == [waiting_id]
    gone = session.scalars(select(Message).where(Message.to_address == "").limit(1)).one()
    assert (gone.body, gone.subject) == ("", "Removed on 3 March 2027")
    assert gone.kind != ""


def test_equality_counts_go_two_years_after_closing(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    round_ = round_called(session, settled, "past")
    sent_at = round_.opens_at + 4 * DAY
    with unit_of_work() as writing:
        equality.add_answers(
            writing, round_id=round_.id, answers={}, actor=settled.town.actor(writing, "editor"), now=sent_at
        )
    remove(clock, noon(later(round_.closes_at.date(), 24)))
    assert session.scalar(select(func.count(EqualityCount.round_id))) or 0 > 0
    remove(clock, noon(later(round_.closes_at.date(), 24) + DAY))
    session.rollback()
    assert session.scalar(select(func.count(EqualityCount.round_id))) == 0


def test_accounts_nobody_uses_go_and_those_with_a_role_or_a_kept_bid_stay(
    settled: Settled, session: Session, clock: time_machine.Traveller
) -> None:
    remove(clock, datetime(2029, 3, 2, 12, tzinfo=UTC))
    assert people.person_by_email(session, email_of("lone")) is not None
    remove(clock, datetime(2029, 3, 3, 12, tzinfo=UTC))
    session.rollback()
    assert people.person_by_email(session, email_of("lone")) is None
    for name in ("editor", "reviewer", "manager"):
        assert people.person_by_email(session, email_of(name)) is not None
    with unit_of_work() as writing:
        under_way = Application.stage.in_(UNDER_WAY) & Application.submitted_at.is_not(None)
        writing.execute(update(Application).where(under_way).values(stage=Stage.WITHDRAWN))
    remove(clock, datetime(2040, 1, 1, 12, tzinfo=UTC))
    session.rollback()
    assert people.person_by_email(session, email_of("editor")) is None
    assert people.person_by_email(session, email_of("reviewer")) is not None


def test_a_funds_own_period_counts(settled: Settled, session: Session, clock: time_machine.Traveller) -> None:

    round_ = round_called(session, settled, "past")
    definition = programme.definition_of(round_)
    longer = replace(definition, retention=replace(definition.retention, unfunded_bids=60))
    with unit_of_work() as writing:
        loaded = programme_deeds.load_fund(writing, definition=longer, actor=OPERATOR, now=NOW)
    assert [change.place for change in loaded.applied] == ["retention.unfunded_bids"]
    remove(clock, noon(later(definition.calendar.decisions_by, 24) + DAY))
    assert Period.BID not in removed(session, settled.town.bid_ids["declined"])
    assert Period.REVIEWS in removed(session, settled.town.bid_ids["declined"])
    assert lingering(session, words_of("declined")) != []
