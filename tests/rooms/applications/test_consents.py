"""A partner's consent: asked by a link of its own, answered once, opened again when its terms change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.applications import actions, queries
from grants.applications.actions import Asked
from grants.applications.facts import BudgetLine
from grants.applications.models import Partner
from grants.applications.states import Consent
from grants.core.clock import exact_minute
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from tests.rooms.applications import world as w
from tests.rooms.applications.world import CLOSES, OPEN, World


def asked(world: World) -> tuple[int, Asked]:
    """A complete bid whose partner has been asked: the bid's id, and what was sent."""
    application = w.started(world)
    w.write_all(world, application)
    (one,) = actions.ask_partners(
        world.session, application_id=application.id, actor=world.actor("editor"), now=OPEN
    )
    return application.id, one


def partner_of(world: World, bid_id: int) -> Partner:
    """The bid's one partner."""
    (partner,) = queries.partners_of(world.session, bid_id)
    return partner


def messages(world: World, kind: str) -> list[Message]:
    """The messages of a kind in the outbox."""
    return list(world.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_a_partner_is_asked_by_a_link_of_which_only_a_digest_is_kept(world: World) -> None:
    with unit_of_work():
        bid_id, one = asked(world)
        partner = partner_of(world, bid_id)
        assert (partner.consent, partner.asked_at) == (Consent.ASKED, OPEN)
        assert partner.token_digest == queries.token_digest(one.token)
        assert partner.token_expires_at == OPEN + timedelta(days=60)
        (message,) = messages(world, "partner_asked")
        assert (message.to_address, message.sensitive) == ("ada@hive.example", True)
        assert f"/applications/consents/{one.token}/" in message.body
        closing = f"the round closes at {exact_minute(world.round.closes_at)}."
        assert closing in " ".join(message.body.split())


def test_a_yes_is_kept_with_its_time_its_name_and_the_very_words(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        later = OPEN + timedelta(hours=3)
        actions.answer_consent(session, token=one.token, agrees=True, name=" Ada Partner ", now=later)
        partner = partner_of(world, bid_id)
        assert (partner.consent, partner.answered_at, partner.answered_by) == (
            Consent.GIVEN,
            later,
            "Ada Partner",
        )
        assert partner.consent_wording == (
            f"Bid: Doors open ({queries.application(session, bid_id).ref})\n"
            "Fund: Luton COVID-recovery fund\nLead organisation: Marsh Farm Outreach\n"
            "Amount asked for: £20,000.50\nPartner: The Hive\n"
            "Role: Runs the Thursday evenings\nShare: £8,000.50\n\n" + world.definition.rules.consent_wording
        )
        (told,) = messages(world, "partner_answered")
        assert (told.to_address, told.subject.split(":")[0]) == (
            "editor@example.org",
            "The Hive has confirmed",
        )


def test_a_no_is_kept_with_its_reason(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_consent(
            session, token=one.token, agrees=False, name="Ada", reason="The share is wrong", now=OPEN
        )
        partner = partner_of(world, bid_id)
        assert (partner.consent, partner.declined_reason) == (Consent.DECLINED, "The share is wrong")
        (told,) = messages(world, "partner_answered")
        assert "The share is wrong" in told.body


def test_the_first_answer_stands(world: World) -> None:
    with unit_of_work() as session:
        _, one = asked(world)
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        again = actions.answer_consent(
            session, token=one.token, agrees=False, name="Eve", reason="No", now=CLOSES
        )
        assert (again.consent, again.answered_by, again.answered_at) == (Consent.GIVEN, "Ada", OPEN)
        assert len(messages(world, "partner_answered")) == 1


@pytest.mark.parametrize(
    ("agrees", "name", "reason", "places"),
    [
        (True, " ", "", ["name"]),
        (True, "n" * 201, "", ["name"]),
        (False, "Ada", " ", ["reason"]),
        (False, "", "", ["name", "reason"]),
    ],
)
def test_an_answer_says_who_and_why(
    world: World, agrees: bool, name: str, reason: str, places: list[str]
) -> None:
    with unit_of_work() as session:
        _, one = asked(world)
        with pytest.raises(RuleBroken) as refused:
            actions.answer_consent(
                session, token=one.token, agrees=agrees, name=name, reason=reason, now=OPEN
            )
        assert [reason.place for reason in refused.value.reasons] == places


def test_an_old_link_and_a_made_up_one_take_no_answer(world: World) -> None:
    with unit_of_work() as session:
        _, one = asked(world)
        with pytest.raises(RuleBroken, match="too old"):
            actions.answer_consent(
                session, token=one.token, agrees=True, name="Ada", now=OPEN + timedelta(days=60)
            )
        with pytest.raises(NotFound):
            actions.answer_consent(session, token="made up", agrees=True, name="Ada", now=OPEN)


def test_asking_again_ends_the_old_link(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        (two,) = actions.ask_partners(
            session, application_id=bid_id, actor=world.actor("editor"), now=OPEN, partner_id=one.partner_id
        )
        with pytest.raises(NotFound):
            actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        actions.answer_consent(session, token=two.token, agrees=True, name="Ada", now=OPEN)
        assert len(messages(world, "partner_asked")) == 2


def test_those_who_were_asked_are_not_asked_twice_by_accident(world: World) -> None:
    with unit_of_work() as session:
        bid_id, _ = asked(world)
        assert (
            actions.ask_partners(session, application_id=bid_id, actor=world.actor("editor"), now=OPEN) == []
        )


TERMS = [
    ({"name": "The New Hive"}, Consent.NOT_ASKED),
    ({"role": "Fridays"}, Consent.NOT_ASKED),
    ({"share": 800_049}, Consent.NOT_ASKED),
    ({"share": "unclear"}, Consent.NOT_ASKED),
    ({"contact_name": "Bob"}, Consent.GIVEN),
    ({"contact_email": "bob@hive.example"}, Consent.GIVEN),
    ({}, Consent.GIVEN),
]


@pytest.mark.parametrize(("changes", "consent"), TERMS)
def test_changed_terms_open_a_consent_again(world: World, changes: dict[str, Any], consent: Consent) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        entry = queries.entry_of(partner_of(world, bid_id))
        actions.save_partners(
            session,
            application_id=bid_id,
            partners=[replace(entry, **changes)],
            lead_share=1_200_001,
            version=1,
            actor=world.actor("signatory"),
            now=OPEN,
        )
        partner = partner_of(world, bid_id)
        assert partner.consent is consent
        assert (partner.consent_wording == "") is (consent is Consent.NOT_ASKED)
        assert len(messages(world, "consent_reopened")) == (1 if consent is Consent.NOT_ASKED else 0)


def test_a_link_sent_to_a_wrong_address_dies_with_the_correction(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        entry = queries.entry_of(partner_of(world, bid_id))
        actions.save_partners(
            session,
            application_id=bid_id,
            partners=[replace(entry, contact_email="right@hive.example")],
            lead_share=1_200_000,
            version=1,
            actor=world.actor("editor"),
            now=OPEN,
        )
        with pytest.raises(NotFound):
            actions.answer_consent(session, token=one.token, agrees=True, name="Eve", now=OPEN)


def test_a_changed_ask_opens_every_consent_again(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        lines = [*w.LINES, BudgetLine("Bus", "Travel", 1)]
        actions.save_budget(
            session, application_id=bid_id, lines=lines, version=1, actor=world.actor("editor"), now=OPEN
        )
        assert partner_of(world, bid_id).consent is Consent.NOT_ASKED
        with pytest.raises(RuleBroken, match="changed the bid since"):
            actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)


def test_a_budget_that_only_moves_money_between_lines_asks_nobody(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        first, second = w.LINES
        moved = [replace(first, amount=1_500_050), replace(second, amount=500_000)]
        actions.save_budget(
            session, application_id=bid_id, lines=moved, version=1, actor=world.actor("editor"), now=OPEN
        )
        assert partner_of(world, bid_id).consent is Consent.GIVEN


def test_nobody_is_asked_about_a_bid_that_does_not_add_up_or_is_too_late(world: World) -> None:
    with unit_of_work() as session:
        bid_id, editor = w.started(world).id, world.actor("editor")
        with pytest.raises(RuleBroken) as refused:
            actions.ask_partners(session, application_id=bid_id, actor=editor, now=OPEN)
        places = [reason.place.partition("#")[0] for reason in refused.value.reasons]
        assert places == ["", "budget", "partners"]
        with pytest.raises(RuleBroken, match="The round closed at 5pm"):
            actions.ask_partners(session, application_id=bid_id, actor=editor, now=CLOSES)


@pytest.mark.parametrize(("who", "refusal"), [("viewer", NotAllowed), ("stranger", NotFound)])
def test_others_ask_nobody(world: World, who: str, refusal: type[Exception]) -> None:
    with unit_of_work() as session:
        bid_id = w.started(world).id
        with pytest.raises(refusal):
            actions.ask_partners(session, application_id=bid_id, actor=world.actor(who), now=OPEN)


def test_partners_are_read_as_they_stand_and_not_as_they_were_read_before(world: World) -> None:
    with unit_of_work():
        bid_id, _ = asked(world)
    engine = world.session.get_bind()
    if engine.dialect.name == "sqlite":
        pytest.skip("on SQLite nobody else writes while a transaction that writes is open")
    with unit_of_work():
        assert partner_of(world, bid_id).consent is Consent.ASKED
        with Session(engine) as another:
            another.execute(update(Partner).values(consent=Consent.NOT_ASKED))
            another.commit()
        assert partner_of(world, bid_id).consent is Consent.NOT_ASKED
