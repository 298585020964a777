"""A round that was extended is open, announced and listed by its new minute, not by its old one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.notifications.models import Message
from grants.permissions import Role
from grants.programme import actions, queries
from grants.programme.models import Extension, Round
from tests.browser import Browser
from tests.rooms.applications import world as w

BID, OTHER_BID = 7, 8
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def round_(session: Session) -> Round:
    manager = w.person(session, "manager")
    accounts.grant_role(session, person_id=manager, role=Role.MANAGER, actor=w.OPERATOR, now=w.OPEN)
    return actions.load_fund(session, definition=w.fund(), actor=w.OPERATOR, now=w.OPEN).round


def extend(session: Session, round_: Round, *, hours: int, application_id: int | None = None) -> datetime:
    manager = w.person(session, "manager")
    until = round_.closes_at + timedelta(hours=hours)
    extension = Extension(
        round_id=round_.id,
        application_id=application_id,
        closes_at=until,
        previous_closes_at=round_.closes_at,
        reason="The site was down",
        drafted_by_id=manager,
        drafted_at=w.OPEN,
        approved_by_id=manager,
        approved_at=w.OPEN,
    )
    session.add(extension)
    session.flush()
    return until


def open_at(session: Session, at: datetime) -> list[datetime]:
    return [found.closes_at for found in queries.open_rounds(session, now=at)]


def test_a_round_is_open_until_its_latest_minute(session: Session, round_: Round) -> None:
    closes = round_.closes_at
    assert (open_at(session, closes - MOMENT), open_at(session, closes)) == ([closes], [])
    until = extend(session, round_, hours=2)
    assert (open_at(session, closes), open_at(session, until - MOMENT)) == ([until], [until])
    assert open_at(session, until) == []


def test_one_bids_extension_opens_the_round_for_nobody_else(session: Session, round_: Round) -> None:
    until = extend(session, round_, hours=2, application_id=BID)
    assert open_at(session, round_.closes_at) == []
    closings = queries.closings(session, [round_.id])
    assert closings.of(round_) == closings.of(round_, OTHER_BID) == round_.closes_at
    assert closings.of(round_, BID) == queries.closes_at(session, round_, application_id=BID) == until


def test_the_latest_of_several_counts(session: Session, round_: Round) -> None:
    late = extend(session, round_, hours=30)
    extend(session, round_, hours=2, application_id=BID)
    closings = queries.closings(session, [round_.id])
    assert closings.of(round_, BID) == closings.of(round_) == late


def test_the_closing_is_announced_at_the_new_minute(session: Session, round_: Round) -> None:
    until = extend(session, round_, hours=2)
    actions.announce_due(session, now=round_.opens_at)
    assert actions.announce_due(session, now=round_.closes_at) == 0
    assert actions.announce_due(session, now=until) == 1
    bodies = session.scalars(select(Message.body).where(Message.kind == "round_closed")).all()
    assert ["7pm on Friday 28 January 2022 (UK time)" in body for body in bodies] == [True]


def test_public_pages_say_so(client: Browser, session: Session, round_: Round) -> None:
    extend(session, round_, hours=2)
    session.commit()
    pages = [f"/rounds/{round_.ref}/", f"/rounds/{round_.ref}/questions/"]
    for page in pages:
        told = " ".join(client.get(page).text.split())
        assert "This was extended from" in told
        assert "The site was down" in told
        assert "7pm on Friday 28 January 2022 (UK time)" in told
    assert "7pm on Friday 28 January 2022" in client.get("/").text
