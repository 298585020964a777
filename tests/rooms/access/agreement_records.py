"""Agreements, conditions and the shares of a partial award in the town."""

from datetime import timedelta

from sqlalchemy.orm import Session

from grants.applications import partnership
from grants.applications import queries as bids
from grants.applications.actions.letters import token_of
from grants.awards import actions as awards
from grants.awards import queries as held
from grants.awards.actions import agreeing
from grants.panels.rules import Condition
from grants.panels.states import ConditionKind
from grants.permissions import service
from tests.rooms.access.town import Town
from tests.rooms.awards.signing import prepared, take_up


def conditions(town: Town) -> tuple[Condition, ...]:
    """What the panel demands of the award called 'active'."""
    lease = Condition(ConditionKind.BY_DATE, "The lease is signed", (town.now + timedelta(days=90)).date())
    return Condition(ConditionKind.BEFORE_PAYMENT, "Insurance is shown"), lease


def add(session: Session, town: Town) -> None:
    """Awards, one of which is to end early; an agreement to accept, a condition that is open, one that may be
    waived, a partner asked again.
    """
    signatory, manager = town.actor(session, "signatory"), town.actor(session, "manager")
    for name in ("active", "ending"):
        take_up(session, application_id=town.bid_ids[name], actor=signatory, now=town.now)
    awards.draft_termination(
        session, application_id=town.bid_ids["ending"], reason="The partnership has broken up.",
        actor=manager, now=town.now,
    )  # fmt: skip
    offered = prepared(session, application_id=town.bid_ids["offered"], now=town.now)
    town.records["offered"]["sha256"] = offered.sha256
    ref = town.records["active"]["ref"]
    _, second = held.conditions_of(session, town.bid_ids["active"])
    awards.draft_waiver(session, condition_id=second.id, reason="They own it.", actor=manager, now=town.now)
    town.records["condition"] = {"ref": ref, "number": 1}
    town.records["condition@waiver"] = {"ref": ref, "number": 2}
    (partner,) = bids.partners_of(session, town.bid_ids["active"])
    town.records["agreement"] = {"token": token_of(partner)}
    cut_id = town.bid_ids["cut"]
    change = agreeing.ask_about_shares(session, application_id=cut_id, actor=service("beat"), now=town.now)
    assert change is not None
    (asked,) = partnership.proposed_partners(session, change.id)
    (current,) = bids.partners_of(session, cut_id)
    town.records["cut@asked"] = {**town.records["cut"], "partner_id": asked.id}
    town.records["cut"]["share"] = f"share-{current.id}"
