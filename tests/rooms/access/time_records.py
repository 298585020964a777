"""The town's records about time: extensions that wait, and bids that staff entered for somebody."""

from datetime import timedelta

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.applications import actions as applications
from grants.applications import queries
from grants.applications.assistance import assistance_of
from grants.applications.assistance_rules import Came
from grants.applications.models import Application
from grants.applications.states import Channel
from grants.core.clock import today
from grants.programme import queries as programme
from grants.programme.models import Round
from tests.rooms.access import town as t
from tests.rooms.access.town import Town

WHY = "The service was down."


def add(session: Session, town: Town) -> None:
    """Extensions of the open round and of its draft, and two assisted bids in it."""
    round_ = programme.round_by_id(session, town.round_ids["open"])
    town.records["open"]["after"] = round_.closes_at + timedelta(days=1)
    single = _extension(session, town, round_, town.bid_ids["draft"])
    whole = _extension(session, town, round_, None)
    answered = _extension(session, town, round_, town.bid_ids["asking"])
    applications.refuse_extension(
        session,
        extension_id=answered,
        version=1,
        reason="No.",
        actor=town.actor(session, "chair"),
        now=town.now,
    )
    draft, asking = town.records["draft"]["ref"], town.records["asking"]["ref"]
    town.records["extension"] = {"ref": draft, "extension_id": single}
    town.records["extension@round"] = {"ref": draft, "extension_id": whole}
    town.records["refused"] = {"ref": asking, "extension_id": answered}
    _assisted(session, town, round_)


def _extension(session: Session, town: Town, round_: Round, bid_id: int | None) -> int:
    return applications.draft_extension(
        session,
        round_id=round_.id,
        application_id=bid_id,
        until=round_.closes_at + timedelta(hours=4),
        reason=WHY,
        actor=town.actor(session, "manager"),
        now=town.now,
    ).id


def _assisted(session: Session, town: Town, round_: Round) -> None:
    """One that its signatory has a link to, and one whose paper waits for the chair."""
    bid = _entered(session, town, round_, "assisted", "ada@hands.example")
    token = applications.ask_signatory(
        session, application_id=bid.id, actor=town.actor(session, "manager"), now=town.now
    )
    digest = applications.current_digest(session, queries.bid_of(session, bid))
    town.records["signing"] = {"token": token, "digest": digest}
    town.records["assisted"]["assistance_version"] = assistance_of(session, bid.id).version
    bid = _entered(session, town, round_, "paper", "")
    recorded = applications.record_paper(
        session,
        application_id=bid.id,
        received_on=today(town.now),
        kept_at="Cabinet 4",
        actor=town.actor(session, "manager"),
        now=town.now,
    )
    town.records["paper"]["assistance_version"] = recorded.version


def _entered(session: Session, town: Town, round_: Round, name: str, email: str) -> Application:
    definition, manager = programme.definition_of(round_), town.actor(session, "manager")
    at = round_.opens_at + timedelta(days=2)
    lead = accounts.find_or_create_organisation(
        session,
        name="Helping Hands",
        kind=OrganisationKind.REGISTERED_CHARITY,
        charity_number="1123128",
        actor=manager,
        now=at,
    )
    bid = applications.start_assisted(
        session,
        round_id=round_.id,
        lead_id=lead.id,
        eligibility={question.key: question.pass_answer for question in definition.eligibility},
        came=Came(Channel.PAPER, at, "Ada Lead", email),
        actor=manager,
        now=at,
    )
    t.fill(session, town, bid, definition, name, editor=manager)
    asked = applications.ask_partners(session, application_id=bid.id, actor=manager, now=at)
    for one in asked:
        applications.answer_consent(session, token=one.token, agrees=True, name="Ada Partner", now=at)
    return bid
