"""What partners answer, how often they are written to, and their own view of their bids."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.applications import actions, queries
from grants.applications.actions import Asked
from grants.applications.models import Partner
from grants.applications.states import Answer, Consent
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.permissions import NOBODY, MemberRole
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.world import CLOSES, OPEN, World

DAY = timedelta(days=1)


def asked(world: World) -> tuple[int, Asked]:
    """A complete bid whose partner has been asked."""
    application = w.started(world)
    w.write_all(world, application)
    (one,) = actions.ask_partners(
        world.session, application_id=application.id, actor=world.actor("editor"), now=OPEN
    )
    return application.id, one


def kinds(session: Session) -> list[str]:
    """What went to partners, in order."""
    return list(
        session.scalars(select(Message.kind).where(Message.kind.startswith("partner_")).order_by(Message.id))
    )


def partner(session: Session, bid_id: int) -> Partner:
    (found,) = queries.partners_of(session, bid_id)
    return found


def test_a_correction_is_told_and_the_partner_is_asked_again(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_by_link(
            session, token=one.token, answer=Answer.CORRECT, name="Ada", reason="We do Fridays", now=OPEN,
            visitor=NOBODY,
        )  # fmt: skip
        found = partner(session, bid_id)
        assert (found.consent, found.declined_reason) == (Consent.CORRECTION, "We do Fridays")
        told = session.scalars(select(Message).where(Message.kind == "partner_answered")).one()
        assert (told.subject.startswith("The Hive asks for a correction"), "We do Fridays" in told.body) == (
            True,
            True,
        )
        (again,) = actions.ask_partners(
            session, application_id=bid_id, actor=world.actor("editor"), now=OPEN, partner_id=found.id
        )
        actions.answer_consent(session, token=again.token, agrees=True, name="Ada", now=OPEN)
        assert partner(session, bid_id).consent is Consent.GIVEN


def test_a_correction_says_what_is_wrong(world: World) -> None:
    with unit_of_work() as session:
        _, one = asked(world)
        with pytest.raises(RuleBroken) as refused:
            actions.answer_by_link(
                session,
                token=one.token,
                answer=Answer.CORRECT,
                name="Ada",
                reason=" ",
                now=OPEN,
                visitor=NOBODY,
            )
        assert [reason.place for reason in refused.value.reasons] == ["reason"]


@pytest.mark.parametrize("name", ["viewer", "editor", "signatory"])
def test_the_leads_own_people_answer_for_no_partner(world: World, name: str) -> None:
    with unit_of_work() as session:
        _, one = asked(world)
        with pytest.raises(NotAllowed, match="leads this bid"):
            actions.answer_consent(
                session, token=one.token, agrees=True, name="Ada", now=OPEN, visitor=world.actor(name)
            )


def test_a_contact_of_the_lead_is_not_asked(world: World) -> None:
    with unit_of_work() as session:
        application = w.started(world)
        w.write_all(world, application)
        found = partner(session, application.id)
        found.contact_email = " Viewer@example.org"
        with pytest.raises(RuleBroken, match="a lead cannot confirm to itself"):
            actions.ask_partners(
                session, application_id=application.id, actor=world.actor("editor"), now=OPEN
            )


def test_the_clock_reminds_with_the_same_link_and_not_for_ever(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        assert actions.remind_partners(session, now=OPEN + 2 * DAY) == 0
        for days in (3, 6, 9):
            assert actions.remind_partners(session, now=OPEN + days * DAY) == 1
            assert actions.remind_partners(session, now=OPEN + days * DAY) == 0
        assert actions.remind_partners(session, now=OPEN + 12 * DAY) == 0
        assert kinds(session) == ["partner_asked", *["partner_reminded"] * 3]
        reminders = session.scalars(select(Message).where(Message.kind == "partner_reminded")).all()
        assert [f"/consents/{one.token}/" in message.body for message in reminders] == [True] * 3
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN + 12 * DAY)
        assert partner(session, bid_id).consent is Consent.GIVEN


def test_the_clock_reminds_once_more_before_closing(world: World) -> None:
    with unit_of_work() as session:
        bid_id, _ = asked(world)
        partner(session, bid_id).asked_at = CLOSES - 3 * DAY
        session.flush()
        assert actions.remind_partners(session, now=CLOSES - 2 * DAY - timedelta(minutes=1)) == 0
        assert actions.remind_partners(session, now=CLOSES - 2 * DAY) == 1
        assert actions.remind_partners(session, now=CLOSES - DAY) == 0
        assert actions.remind_partners(session, now=CLOSES + DAY) == 0


def test_nobody_is_flooded(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        editor = world.actor("editor")
        for minutes in (1, 2):
            actions.remind_partner(
                session,
                application_id=bid_id,
                partner_id=one.partner_id,
                actor=editor,
                now=OPEN + timedelta(minutes=minutes),
            )
        for deed in (actions.remind_partner, actions.ask_partners):
            with pytest.raises(RuleBroken, match="3 times since this time yesterday"):
                deed(session, application_id=bid_id, partner_id=one.partner_id, actor=editor, now=OPEN)
        actions.remind_partner(
            session, application_id=bid_id, partner_id=one.partner_id, actor=editor, now=OPEN + DAY
        )
        assert kinds(session).count("partner_reminded") == 3


def test_only_those_who_were_asked_are_reminded(world: World) -> None:
    with unit_of_work() as session:
        bid_id, one = asked(world)
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada", now=OPEN)
        with pytest.raises(RuleBroken, match="not being asked"):
            actions.remind_partner(
                session,
                application_id=bid_id,
                partner_id=one.partner_id,
                actor=world.actor("editor"),
                now=OPEN,
            )
        assert actions.remind_partners(session, now=OPEN + 9 * DAY) == 0


def hive_people(world: World) -> None:
    """The partner's organisation, known by its number, with a signatory and a viewer; and its contact."""
    session = world.session
    hive = accounts.find_or_create_organisation(
        session, name="The Hive", kind=OrganisationKind.REGISTERED_CHARITY, charity_number="1123999",
        actor=w.OPERATOR, now=OPEN,
    )  # fmt: skip
    w.join(world, "queen", hive.id, MemberRole.SIGNATORY)
    w.join(world, "worker", hive.id, MemberRole.VIEWER)
    contact = accounts.find_or_create_person(session, email="ada@hive.example", now=OPEN)
    world.person_ids["ada"] = contact.id


@pytest.mark.parametrize(("name", "may"), [("ada", True), ("queen", True), ("worker", False)])
def test_a_partners_people_see_it_signed_in(as_: AsPerson, world: World, name: str, may: bool) -> None:
    with unit_of_work() as session:
        hive_people(world)
        bid_id, one = asked(world)
        found = partner(session, bid_id)
        found.number, found.organisation_id = "1123999", None
        actions.ask_partners(
            session, application_id=bid_id, partner_id=found.id, actor=world.actor("editor"), now=OPEN
        )
    person = as_(name)
    assert "Doors open" in person.get("/applications/partner-in/").text
    address = f"/applications/partner-in/{one.partner_id}/"
    assert ("Send your answer" in person.get(address).text) is may
    waits = "asks whether The Hive takes part in a bid" in person.get("/home/").text
    answer = person.post(address, data={"answer": "yes", "name": name, "reason": ""})
    assert (waits, answer.status_code) == (may, 302 if may else 403)
    with unit_of_work() as session:
        assert partner(session, bid_id).consent is (Consent.GIVEN if may else Consent.ASKED)
    shown = person.get(address).text
    assert ("What we do about" in shown, "Youth worker" in shown) == (False, False)


def test_others_see_nothing_of_it(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        _, one = asked(world)
    for name in ("stranger", "manager", "editor"):
        person = as_(name)
        assert "Doors open" not in person.get("/applications/partner-in/").text
        assert person.get(f"/applications/partner-in/{one.partner_id}/").status_code == 404
        body = {"answer": "yes", "name": "x"}
        assert person.post(f"/applications/partner-in/{one.partner_id}/", data=body).status_code == 404


def test_a_partner_that_was_not_asked_yet_sees_nothing(world: World) -> None:
    with unit_of_work() as session:
        hive_people(world)
        application = w.started(world)
        w.write_all(world, application)
        found = partner(session, application.id)
        with pytest.raises(NotFound):
            actions.answer_as_partner(
                session, partner_id=found.id, answer=Answer.YES, name="Ada", reason="",
                actor=world.actor("ada"), now=OPEN,
            )  # fmt: skip
