"""A partial award: shares pro rata to the penny, and every partner is asked before the offer is accepted."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.applications import actions as applications
from grants.applications import partnership as partners
from grants.applications import queries as bids
from grants.applications.actions.letters import token_of
from grants.applications.models import Partner
from grants.applications.states import Answer, Change
from grants.awards import actions, agreements
from grants.awards.actions import agreeing
from grants.awards.models import Agreement
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.exports.collect import collect
from grants.notifications.models import Message
from grants.permissions import NOBODY, service
from tests.rooms.awards.signing import signed, take_up
from tests.rooms.exports.awarded import partnership
from tests.rooms.panels.scored import NOW, Panel

BEAT = service("beat")
AWARD = 1_250_001


def asked(panel: Panel) -> Partner:
    """The one partner, once it has been asked about its share."""
    agreeing.ask_about_shares(panel.session, application_id=panel.bids[0].id, actor=BEAT, now=NOW)
    return proposed(panel)


def proposed(panel: Panel) -> Partner:
    change = partners.open_change(panel.session, panel.bids[0].id)
    assert change is not None
    (partner,) = partners.proposed_partners(panel.session, change.id)
    return partner


def answer(panel: Panel, what: Answer) -> Partner:
    return applications.answer_by_link(
        panel.session, token=token_of(proposed(panel)), answer=what, name="Joe", reason="Too little for us",
        now=NOW, visitor=NOBODY,
    )  # fmt: skip


def accept(panel: Panel) -> Sequence[str]:
    """Why the offer cannot be accepted."""
    bid_id = panel.bids[0].id
    with pytest.raises(RuleBroken) as refused:
        actions.accept(
            panel.session, application_id=bid_id, signature=signed(panel.session, bid_id),
            actor=panel.actor("signatory"), now=NOW,
        )  # fmt: skip
    return [reason.text for reason in refused.value.reasons]


def split(panel: Panel, lead: str, share: str, actor: str = "signatory") -> None:
    (partner,) = bids.partners_of(panel.session, panel.bids[0].id)
    applications.propose_shares(
        panel.session, application_id=panel.bids[0].id, lead_share=lead, shares={partner.id: share},
        reason="They do most of it", actor=panel.actor(actor), now=NOW,
    )  # fmt: skip


def test_shares_are_cut_to_the_penny_and_stand_once_every_partner_agrees(session: Session) -> None:
    panel = partnership(session)
    bid = panel.bids[0]
    assert agreements.waiting(session, NOW) == [bid.id]
    partner = asked(panel)
    # £12,000 and £8,000.50 of £12,500.01: £7,499.8184… and £5,000.1915…; the larger remainder has the penny
    assert (partner.share, proposed(panel).id) == (500_019, partner.id)
    assert agreements.waiting(session, NOW) == []
    assert agreeing.to_be_made(session, application_id=bid.id, now=NOW) is None
    assert accept(panel) == ["The Hive has not answered about its share yet"]

    assert "Amount offered: £12,500.01" in answer(panel, Answer.YES).consent_wording
    assert agreements.waiting(session, NOW) == [bid.id]
    take_up(session, application_id=bid.id, actor=panel.actor("signatory"), now=NOW)

    (kept,) = session.scalars(select(Agreement))
    assert [row[-1]["text"] for row in kept.told["shares"]["rows"]] == ["£7,499.82", "£5,000.19"]
    (row,) = collect(session, round_id=panel.round.id)
    shares = [(share.asked, share.awarded) for share in row.shares]
    assert shares == [(1_200_000, 749_982), (800_050, 500_019)]
    kinds = session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds.count("partner_award_asked") == 1
    assert kinds.count("agreement_ready") == 1


def test_a_partner_that_does_not_agree_is_offered_another_share(session: Session) -> None:
    panel = partnership(session)
    asked(panel)
    answer(panel, Answer.NO)
    assert accept(panel) == ["The Hive does not agree to its share"]
    for lead, share, actor, refusal in (
        ("7,000", "5,500.02", "signatory", RuleBroken),
        ("7,000", "much", "signatory", RuleBroken),
        ("7,000", "5,500.01", "editor", NotAllowed),
        ("7,000", "5,500.01", "rosa", NotFound),
    ):
        with pytest.raises(refusal):
            split(panel, lead, share, actor)
    first = token_of(proposed(panel))
    split(panel, "7,000", "5,500.01")
    assert first != token_of(proposed(panel))
    answer(panel, Answer.YES)
    assert [one.share for one in bids.partners_of(session, panel.bids[0].id)] == [550_001]
    assert panel.bids[0].lead_share == 700_000
    with pytest.raises(RuleBroken):
        split(panel, "7,500.01", "5,000")  # everybody has agreed: nothing is open


def test_a_silent_partner_is_reminded_and_an_offer_that_goes_ends_the_question(session: Session) -> None:
    panel = partnership(session)
    partner = asked(panel)
    assert applications.remind_about_awards(session, now=NOW + timedelta(days=2)) == 0
    assert applications.remind_about_awards(session, now=NOW + timedelta(days=3)) == 1
    assert applications.remind_about_awards(session, now=NOW + timedelta(days=3)) == 0
    applications.ask_about_award_again(
        session, application_id=panel.bids[0].id, partner_id=partner.id, actor=panel.actor("signatory"),
        now=NOW + timedelta(days=5),
    )  # fmt: skip
    actions.decline_offer(
        session, application_id=panel.bids[0].id, reason="Too little", actor=panel.actor("signatory"), now=NOW
    )
    assert [one.state for one in partners.changes_of(session, panel.bids[0].id)] == [Change.TAKEN_BACK]
    assert partners.open_change(session, panel.bids[0].id) is None


def test_a_partner_without_an_address_is_asked_where_the_lead_says(session: Session) -> None:
    panel = partnership(session)
    bid = panel.bids[0]
    (standing,) = bids.partners_of(session, bid.id)
    standing.contact_email = ""
    assert asked(panel).asked_at is None
    assert accept(panel) == ["The Hive has not been asked about its share yet"]
    lead = people.person(session, panel.person_ids["editor"]).email
    for email in ("", "joe", lead.upper()):
        with pytest.raises(RuleBroken) as refused:
            give_address(panel, email)
        assert [reason.place for reason in refused.value.reasons] == ["email"]
    with pytest.raises(NotAllowed):
        give_address(panel, "joe@hive.example", "editor")
    give_address(panel, "joe@hive.example")
    assert standing.contact_email == "joe@hive.example"
    sent = session.scalars(select(Message.to_address).where(Message.kind == "partner_award_asked"))
    assert list(sent) == ["joe@hive.example"]
    answer(panel, Answer.YES)
    take_up(session, application_id=bid.id, actor=panel.actor("signatory"), now=NOW)


def give_address(panel: Panel, email: str, actor: str = "signatory") -> None:
    applications.ask_about_award_again(
        panel.session, application_id=panel.bids[0].id, partner_id=proposed(panel).id, email=email,
        actor=panel.actor(actor), now=NOW,
    )  # fmt: skip
