"""Loading a fund file, twice and changed; opening and closing announced; references given once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.core.errors import RuleBroken
from grants.notifications.models import Message
from grants.permissions import Role
from grants.programme import actions, queries
from grants.programme.definition import FundDefinition
from grants.programme.models import Extension, Round
from tests.rooms.applications import world as w

BEFORE = w.OPEN - timedelta(days=60)


def load(session: Session, definition: FundDefinition, *, opened: bool = False) -> actions.Loaded:
    return actions.load_fund(
        session, definition=definition, actor=w.OPERATOR, now=w.OPEN if opened else BEFORE
    )


def cheaper(definition: FundDefinition) -> FundDefinition:
    return replace(definition, amounts=replace(definition.amounts, pot=definition.amounts.pot - 1))


def test_loading_the_same_file_twice_changes_nothing(session: Session) -> None:
    first = load(session, w.fund())
    again = load(session, w.fund())
    assert (first.created, again.created, again.applied, again.refused) == (True, False, (), ())
    assert again.round.id == first.round.id
    assert queries.definition_of(again.round) == w.fund()


def test_before_opening_the_pot_may_change(session: Session) -> None:
    load(session, w.fund())
    again = load(session, cheaper(w.fund()))
    assert [change.place for change in again.applied] == ["amounts.pot"]
    assert again.round.pot == w.fund().amounts.pot - 1


def test_after_opening_the_pot_is_frozen_and_wording_is_not(session: Session) -> None:
    load(session, w.fund())
    again = load(session, replace(cheaper(w.fund()), summary="Shorter"), opened=True)
    assert [change.place for change in again.applied] == ["summary"]
    assert [change.place for change in again.refused] == ["amounts.pot"]
    assert again.round.pot == w.fund().amounts.pot
    assert queries.definition_of(again.round).summary == "Shorter"


def test_two_rounds_cannot_share_an_address(session: Session) -> None:
    load(session, replace(w.fund(), slug="a-b", round_key="c"))
    with pytest.raises(RuleBroken):
        load(session, replace(w.fund(), slug="a", round_key="b-c"))


def test_references_are_given_once(session: Session) -> None:
    round_id = load(session, w.fund()).round.id
    given = [actions.next_bid_ref(session, round_id=round_id) for _ in range(3)]
    assert given == [f"LCR{round_id}-000{n}" for n in (1, 2, 3)]


def test_opening_and_closing_are_announced_once(session: Session) -> None:
    manager = w.person(session, "manager")
    accounts.grant_role(session, person_id=manager, role=Role.MANAGER, actor=w.OPERATOR, now=BEFORE)
    round_ = load(session, w.fund()).round
    assert actions.announce_due(session, now=round_.opens_at - timedelta(seconds=1)) == 0
    assert actions.announce_due(session, now=round_.opens_at) == 1
    assert actions.announce_due(session, now=round_.opens_at) == 0
    assert mail(session) == []
    assert actions.announce_due(session, now=round_.closes_at) == 1
    assert actions.announce_due(session, now=round_.closes_at) == 0
    assert mail(session) == ["manager@example.org"]


def mail(session: Session) -> list[str]:
    return list(session.scalars(select(Message.to_address).where(Message.kind == "round_closed")))


@pytest.mark.parametrize(
    ("application_id", "approved", "later"), [(None, True, True), (None, False, False), (7, True, True)]
)
def test_an_extension_counts_once_approved(
    session: Session, application_id: int | None, approved: bool, later: bool
) -> None:
    round_ = load(session, w.fund()).round
    until = round_.closes_at + timedelta(hours=2)
    extend(session, round_, application_id=application_id, approved=approved)
    assert queries.closes_at(session, round_, application_id=7) == (until if later else round_.closes_at)


def test_an_extension_of_one_bid_is_nobody_elses(session: Session) -> None:
    round_ = load(session, w.fund()).round
    extend(session, round_, application_id=7, approved=True)
    assert queries.closes_at(session, round_, application_id=8) == round_.closes_at
    assert queries.closes_at(session, round_) == round_.closes_at


def extend(session: Session, round_: Round, *, application_id: int | None, approved: bool) -> None:
    person_id = w.person(session, "manager")
    session.add(
        Extension(
            round_id=round_.id,
            application_id=application_id,
            closes_at=round_.closes_at + timedelta(hours=2),
            reason="The site was down",
            drafted_by_id=person_id,
            drafted_at=w.OPEN,
            approved_at=w.OPEN if approved else None,
        )
    )
    session.flush()
