"""A partner leaves after sending: those affected agree, a manager puts it forward, the chair approves."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications import actions, partnership, queries
from grants.applications.models import Application, Partner, PartnerChange
from grants.applications.states import Answer, Change, Consent
from grants.awards import actions as awards
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.permissions import NOBODY, Role
from tests.rooms.applications import world as w
from tests.rooms.applications.world import OPEN, World

GARDEN = replace(
    w.PARTNER, name="The Garden", contact_name="Joe", contact_email="joe@garden.example", share=800_050
)


@pytest.fixture
def world(session: Session) -> World:
    return w.build(session)


def sent(world: World) -> Application:
    """A bid with one partner, sent: £12,000 and £8,000.50."""
    return queries.application(world.session, w.sent(world).application_id)


def leave(world: World, bid: Application, *, actor: str = "signatory", **changes: Any) -> PartnerChange:
    """The one partner leaves; The Garden comes in with the same share."""
    (leaving,) = queries.partners_of(world.session, bid.id)
    given: dict[str, Any] = {
        "partner_id": leaving.id, "reason": "They have closed", "lead_share": "12,000", "shares": {},
        "newcomer": GARDEN, **changes,
    }  # fmt: skip
    return actions.draft_change(
        world.session, application_id=bid.id, actor=world.actor(actor), now=OPEN, **given
    )


def answer(world: World, change: PartnerChange, what: Answer) -> Partner:
    """The proposed partner's contact answers, signed in."""
    (proposed,) = partnership.proposed_partners(world.session, change.id)
    person = accounts.find_or_create_person(world.session, email=proposed.contact_email, now=OPEN)
    world.person_ids["contact"] = person.id
    return actions.answer_as_partner(
        world.session, partner_id=proposed.id, answer=what, name="Joe", reason="Why", now=OPEN,
        actor=world.actor("contact"),
    )  # fmt: skip


def forwarded(world: World) -> tuple[Application, PartnerChange]:
    bid = sent(world)
    change = leave(world, bid)
    answer(world, change, Answer.YES)
    actions.forward_change(
        world.session, application_id=bid.id, note="Fine by us", actor=world.actor("manager"), now=OPEN
    )
    return bid, change


def names(world: World, bid: Application) -> list[tuple[str, int | None]]:
    return [(one.name, one.share) for one in queries.partners_of(world.session, bid.id)]


def mail(world: World) -> list[tuple[str, str]]:
    rows = select(Message.kind, Message.to_address).where(Message.kind.like("partner_%")).order_by(Message.id)
    return [(row[0], row[1]) for row in world.session.execute(rows)]


def test_from_leaving_to_approval(world: World) -> None:
    bid, change = forwarded(world)
    before = queries.current_version(world.session, bid).content
    assert names(world, bid) == [("The Hive", 800_050)]
    awards.settle_partner_change(
        world.session, application_id=bid.id, approves=True, actor=world.actor("chair"), now=OPEN
    )
    assert change.state is Change.APPROVED
    assert names(world, bid) == [("The Garden", 800_050)]
    assert queries.current_version(world.session, bid).content == before
    assert [one["name"] for one in change.before["partners"]] == ["The Hive"]
    (after,) = change.after["partners"]
    assert (after["name"], after["share"], after["consented_at"]) == (
        "The Garden",
        800_050,
        "2021-12-10T12:00:00+00:00",
    )
    assert partnership.agreed_partnerships(world.session, bid.round_id) == {bid.id: change.after}
    assert mail(world)[2:] == [
        ("partner_leaves", "ada@hive.example"),
        ("partner_change_asked", "joe@garden.example"),
        ("partner_answered", "signatory@example.org"),
        ("partner_change_agreed", "manager@example.org"),
        ("partner_change_forwarded", "chair@example.org"),
        ("partner_change_settled", "editor@example.org"),
        ("partner_change_settled", "signatory@example.org"),
    ]


def test_the_new_partner_answers_by_its_link(world: World) -> None:
    bid = sent(world)
    change = leave(world, bid)
    body = world.session.scalars(select(Message.body).where(Message.kind == "partner_change_asked")).one()
    token = body.partition("/consents/")[2].partition("/")[0]
    actions.answer_by_link(
        world.session, token=token, answer=Answer.YES, name="Joe", reason="", now=OPEN, visitor=NOBODY
    )
    assert change.state is Change.AGREED


def test_a_no_keeps_the_change_waiting_until_it_is_taken_back(world: World) -> None:
    bid = sent(world)
    change = leave(world, bid)
    assert answer(world, change, Answer.NO).consent is Consent.DECLINED
    assert change.state is Change.ASKING
    with pytest.raises(RuleBroken, match="not settled yet"):
        leave(world, bid)
    with pytest.raises(RuleBroken, match="cannot be done now"):
        actions.forward_change(
            world.session, application_id=bid.id, note="", actor=world.actor("manager"), now=OPEN
        )
    actions.take_back_change(world.session, application_id=bid.id, actor=world.actor("signatory"), now=OPEN)
    assert names(world, bid) == [("The Hive", 800_050)]
    assert leave(world, bid).state is Change.ASKING


def test_a_refusal_has_a_reason_and_changes_nothing(world: World) -> None:
    bid, change = forwarded(world)
    chair = world.actor("chair")
    with pytest.raises(RuleBroken, match="why the change is refused"):
        awards.settle_partner_change(
            world.session, application_id=bid.id, approves=False, actor=chair, now=OPEN
        )
    awards.settle_partner_change(
        world.session, application_id=bid.id, approves=False, reason="Too late", actor=chair, now=OPEN
    )
    assert (change.state, change.refusal) == (Change.REFUSED, "Too late")
    assert names(world, bid) == [("The Hive", 800_050)]
    assert partnership.agreed_partnerships(world.session, bid.round_id) == {}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"reason": " "}, "Enter why the partner leaves"),
    ({"lead_share": "12,000.01"}, "That is £0.01 more than the £20,000.50"),
    ({"newcomer": None, "lead_share": "20,000.50"}, "a bid needs 2 organisations or more"),
    ({"newcomer": replace(GARDEN, role="")}, "The Garden: enter what it will do"),
    ({"newcomer": replace(GARDEN, contact_email="editor@example.org")}, "cannot confirm to itself"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG)
def test_what_does_not_add_up_is_refused(world: World, changes: dict[str, Any], told: str) -> None:
    bid = sent(world)
    with pytest.raises(RuleBroken, match=told):
        leave(world, bid, **changes)


def test_a_share_moved_to_another_partner_asks_that_partner_alone(world: World) -> None:
    application = w.started(world)
    w.write_all(world, application)
    page = queries.page_of(world.session, application.id, "partners")
    (hive,) = map(queries.entry_of, queries.partners_of(world.session, application.id))
    actions.save_partners(
        world.session, application_id=application.id, lead_share=1_000_000,
        version=page.version if page else 0,
        partners=[hive, replace(GARDEN, share=100_000), replace(GARDEN, name="Mill", share=100_000)],
        actor=world.actor("editor"), now=OPEN,
    )  # fmt: skip
    asked = actions.ask_partners(
        world.session, application_id=application.id, actor=world.actor("editor"), now=OPEN
    )
    w.confirm(world.session, asked)
    actions.submit(
        world.session, application_id=application.id, declared=True, actor=world.actor("signatory"), now=OPEN
    )
    first, second, third = queries.partners_of(world.session, application.id)
    change = actions.draft_change(
        world.session, application_id=application.id, partner_id=third.id, reason="Moved away",
        lead_share="10,000", shares={first.id: "8,000.50", second.id: "2,000"},
        actor=world.actor("signatory"), now=OPEN,
    )  # fmt: skip
    assert [one.name for one in partnership.proposed_partners(world.session, change.id)] == ["The Garden"]
    answer(world, change, Answer.YES)
    actions.forward_change(
        world.session, application_id=application.id, note="", actor=world.actor("manager"), now=OPEN
    )
    awards.settle_partner_change(
        world.session, application_id=application.id, approves=True, actor=world.actor("chair"), now=OPEN
    )
    assert names(world, application) == [("The Hive", 800_050), ("The Garden", 200_000)]


def test_who_may_not(world: World) -> None:
    bid = sent(world)
    for name, refusal in (("editor", NotAllowed), ("stranger", NotFound)):
        with pytest.raises(refusal):
            leave(world, bid, actor=name)
    change = leave(world, bid)
    answer(world, change, Answer.YES)
    with pytest.raises(NotAllowed):
        actions.forward_change(
            world.session, application_id=bid.id, note="", actor=world.actor("auditor"), now=OPEN
        )
    accounts.grant_role(
        world.session, person_id=world.person_ids["manager"], role=Role.CHAIR, actor=w.OPERATOR, now=OPEN
    )
    actions.forward_change(
        world.session, application_id=bid.id, note="", actor=world.actor("manager"), now=OPEN
    )
    for name, why in (("manager", "somebody else must approve"), ("auditor", "role")):
        with pytest.raises(NotAllowed, match=why):
            awards.settle_partner_change(
                world.session, application_id=bid.id, approves=True, actor=world.actor(name), now=OPEN
            )


def test_a_draft_changes_its_partners_on_its_own_page(world: World) -> None:
    draft = w.complete(world)
    with pytest.raises(RuleBroken, match="only while a bid that was sent"):
        leave(world, draft)
