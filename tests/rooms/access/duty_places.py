"""Three times in the life of a round, with the bids that deeds of `duties.txt` are about."""

from dataclasses import replace

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications import actions, partnership, queries
from grants.applications.assistance_rules import Came
from grants.applications.models import Application
from grants.applications.states import Answer, Channel
from tests.rooms.access.duty_people import Place
from tests.rooms.applications import world as w
from tests.rooms.applications.world import OPEN, World
from tests.rooms.panels.scored import NOW, scored
from tests.rooms.payments.world import LATER, funded
from tests.rooms.reviewing.panel import fund

SIGNED_ABOVE = 500_000
"""Pence: every bid of the panel's asks for more."""


def writing(session: Session) -> Place:
    """Before the closing: a draft, a bid on paper that is typed in, and a bid sent that loses a partner."""
    world = w.build(session)
    draft = w.started(world)
    place = Place(
        session, OPEN, [draft, _on_paper(world), _losing_its_partner(world)], "signatory",
        person_ids=world.person_ids,
    )  # fmt: skip
    place.settle_in()
    return place


def _on_paper(world: World) -> Application:
    session = world.session
    bid = actions.start_assisted(
        session,
        round_id=world.round.id,
        lead_id=w.organisation(session, "Helping Hands", charity_number="1123128"),
        eligibility=w.eligible(world.definition),
        came=Came(
            channel=Channel.PAPER, received_at=OPEN, signatory_name="Ada Lead",
            signatory_email="ada@hands.example",
        ),
        actor=world.actor("manager"),
        now=OPEN,
    )  # fmt: skip
    _write(world, bid, "manager")
    return bid


def _write(world: World, bid: Application, name: str) -> None:
    """Every page filled in by that person, the partner's consent given."""
    editor, world.person_ids["editor"] = world.person_ids["editor"], world.person_ids[name]
    w.write_all(world, bid)
    asked = actions.ask_partners(world.session, application_id=bid.id, actor=world.actor(name), now=OPEN)
    w.confirm(world.session, asked)
    world.person_ids["editor"] = editor


def _losing_its_partner(world: World) -> Application:
    """Sent; the one partner leaves and the new one has agreed."""
    session = world.session
    bid = queries.application(session, w.sent(world).application_id)
    (leaving,) = queries.partners_of(session, bid.id)
    newcomer = replace(w.PARTNER, name="The Garden", contact_email="joe@garden.example")
    change = actions.draft_change(
        session, application_id=bid.id, partner_id=leaving.id, reason="They have closed", lead_share="12,000",
        shares={}, newcomer=newcomer, actor=world.actor("signatory"), now=OPEN,
    )  # fmt: skip
    joe = accounts.find_or_create_person(session, email=newcomer.contact_email, now=OPEN).id
    (proposed,) = partnership.proposed_partners(session, change.id)
    actions.answer_as_partner(
        session, partner_id=proposed.id, answer=Answer.YES, name="Joe", reason="", now=OPEN,
        actor=people.actor_for(session, joe),
    )  # fmt: skip
    return bid


def judging(session: Session) -> Place:
    """Before the panel: a bid with three locked sheets. Awards need two signatures; appeals are heard."""
    amounts = replace(fund().amounts, second_signature_above=SIGNED_ABOVE)
    rules = replace(fund().rules, appeal_days=28)
    panel = scored(session, 5, definition=replace(fund(), amounts=amounts, rules=rules))
    place = Place(session, NOW, panel.bids, "applicant1", "vera", panel.person_ids)
    place.settle_in()
    return place


def paying(session: Session) -> Place:
    """Afterwards: an award with an account, its checks and a schedule in two halves."""
    panel = funded(session, 1)
    place = Place(session, LATER, panel.bids, "applicant1", "vera", panel.person_ids)
    place.settle_in()
    return place
