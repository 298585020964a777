"""How the story's panel decides, and what becomes of its offers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.allocations import actions as planning
from grants.allocations.settings import Settings
from grants.applications import actions as bids
from grants.applications import partnership as partners
from grants.applications.actions.letters import token_of
from grants.applications.models import Partner
from grants.awards import actions as awards
from grants.awards import agreements
from grants.awards import queries as award_queries
from grants.awards.actions import agreeing
from grants.awards.rules import Signature
from grants.core.clock import in_london
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Fate, Partnership
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.panels.rules import Condition
from grants.panels.states import ConditionKind, Outcome
from grants.permissions import service

OUTCOMES = {
    Fate.DECLINED: Outcome.DECLINE,
    Fate.DECIDED_DECLINE: Outcome.DECLINE,
    Fate.RESERVE: Outcome.RESERVE,
    Fate.DEFERRED: Outcome.DEFER,
}
"""Fates of bids that are decided and not funded."""


def decide(world: World, partnerships: Sequence[Partnership], *, at: datetime) -> None:
    """From `at` on the chair records the panel's decisions, nine minutes a bid."""
    for place, partnership in enumerate(partnerships):
        world.timeline.add(at + timedelta(minutes=9 * place), _decide(world, partnership))


def _decide(world: World, partnership: Partnership) -> Deed:
    outcome = OUTCOMES.get(partnership.fate, Outcome.FUND_IN_PART if partnership.funded else Outcome.FUND)
    amount = (partnership.funded or partnership.ask) if outcome not in OUTCOMES.values() else 0

    def deed(session: Session, now: datetime) -> None:
        panels.decide(
            session,
            application_id=world.bids[partnership.key],
            outcome=outcome,
            amount=amount,
            reason=partnership.reason,
            reserve_order=1 if outcome is Outcome.RESERVE else None,
            conditions=[_condition(text, days, now) for text, days in partnership.conditions],
            actor=world.actor(session, "chair"),
            now=now,
        )

    return deed


def _condition(text: str, days: int, now: datetime) -> Condition:
    if not days:
        return Condition(ConditionKind.BEFORE_PAYMENT, text)
    return Condition(ConditionKind.BY_DATE, text, in_london(now + timedelta(days=days)).date())


def countersign(
    world: World, *, round_number: int, at: datetime, except_for: Sequence[Partnership] = ()
) -> None:
    """At `at` the deputy signs every decision of the round that waits for a second signature, but some."""

    def deed(session: Session, now: datetime) -> None:
        left = {world.bids[partnership.key] for partnership in except_for}
        waiting = decisions.waiting_for_countersignature(session, world.rounds[round_number])
        for decision, application in waiting:
            if application.id not in left:
                deputy = world.actor(session, "deputy")
                panels.countersign(session, decision_id=decision.id, actor=deputy, now=now)

    world.timeline.add(at, deed)


def ask_for_a_scenario(
    world: World, *, name: str, settings: Settings, round_number: int, at: datetime
) -> None:
    """At `at` the chair asks for an allocation under that name; the service's own worker works it out."""

    def deed(session: Session, now: datetime) -> None:
        planning.ask_for(
            session,
            round_id=world.rounds[round_number],
            name=name,
            settings=settings,
            actor=world.actor(session, "chair"),
            now=now,
        )

    world.timeline.add(at, deed)


def release(world: World, *, round_number: int, at: datetime) -> None:
    """At `at` the manager drafts a release of the round's decisions; the chair approves it a day later."""

    def draft(session: Session, now: datetime) -> None:
        drafted = panels.draft_release(
            session, round_id=world.rounds[round_number], actor=world.actor(session, "manager"), now=now
        )
        world.timeline.add(now + timedelta(days=1), approve(drafted.id))

    def approve(release_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            chair = world.actor(session, "chair")
            panels.approve_release(session, release_id=release_id, actor=chair, now=now)

        return deed

    world.timeline.add(at, draft)


def ask_override(world: World, *, round_number: int, extra: int, reason: str, at: datetime) -> None:
    """At `at` the chair asks to award `extra` pence past the round's pot."""

    def deed(session: Session, now: datetime) -> None:
        panels.ask_override(
            session,
            round_id=world.rounds[round_number],
            extra=extra,
            reason=reason,
            actor=world.actor(session, "chair"),
            now=now,
        )

    world.timeline.add(at, deed)


def prepare(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the agreement is made; partners of a partial award are asked first, and agree within hours."""

    def deed(session: Session, now: datetime) -> None:
        bid_id = world.bids[partnership.key]
        agreeing.ask_about_shares(session, application_id=bid_id, actor=service("beat"), now=now)
        change = partners.open_change(session, bid_id)
        asked = partners.proposed_partners(session, change.id) if change else []
        for hours, (partner, part) in enumerate(zip(asked, partnership.parts, strict=False), start=2):
            answer = _agree(partner.id, part.group.person, bid_id)
            world.timeline.add(now + timedelta(hours=hours), answer)
        _make_agreement(session, bid_id, now)

    world.timeline.add(at, deed)


def _agree(partner_id: int, name: str, bid_id: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        token = token_of(session.get_one(Partner, partner_id))
        bids.answer_consent(session, token=token, agrees=True, name=name, now=now)
        _make_agreement(session, bid_id, now)

    return deed


def _make_agreement(session: Session, bid_id: int, now: datetime) -> None:
    """The agreement, unless a partner has still to answer."""
    told = agreeing.to_be_made(session, application_id=bid_id, now=now)
    if told is not None:
        content = agreements.typeset(told).content
        agreeing.keep_agreement(
            session, application_id=bid_id, told=told, content=content, actor=service("beat"), now=now
        )


def accept(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the signatory ticks every sentence of the agreement and takes up the offer."""

    def deed(session: Session, now: datetime) -> None:
        bid_id = world.bids[partnership.key]
        signatory = world.actor(session, partnership.lead.key)
        agreement = agreements.current(session, bid_id)
        if agreement is None:
            raise ValueError(f"{partnership.key} has no agreement to accept")
        ticked = frozenset(range(1, len(agreement.told["accepts"]) + 1))
        signature = Signature(partnership.lead.person, agreement.sha256, ticked)
        awards.accept(session, application_id=bid_id, signature=signature, actor=signatory, now=now)

    world.timeline.add(at, deed)


def turn_down(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the signatory turns the offer down."""

    def deed(session: Session, now: datetime) -> None:
        awards.decline_offer(
            session,
            application_id=world.bids[partnership.key],
            reason=partnership.note,
            actor=world.actor(session, partnership.lead.key),
            now=now,
        )

    world.timeline.add(at, deed)


def meet(world: World, partnership: Partnership, *, evidence: str, at: datetime) -> None:
    """At `at` the manager marks the first condition of the award as met."""

    def deed(session: Session, now: datetime) -> None:
        first = award_queries.open_conditions(session, world.bids[partnership.key])[0]
        manager = world.actor(session, "manager")
        awards.meet(session, condition_id=first.id, evidence=evidence, actor=manager, now=now)

    world.timeline.add(at, deed)


def close(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the manager closes the award."""

    def deed(session: Session, now: datetime) -> None:
        manager = world.actor(session, "manager")
        awards.close(session, application_id=world.bids[partnership.key], actor=manager, now=now)

    world.timeline.add(at, deed)


def terminate(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the manager puts the award forward to be ended; chair and finance follow within days."""

    def draft(session: Session, now: datetime) -> None:
        awards.draft_termination(
            session,
            application_id=world.bids[partnership.key],
            reason=partnership.note,
            actor=world.actor(session, "manager"),
            now=now,
        )

    def approve(session: Session, now: datetime) -> None:
        chair = world.actor(session, "chair")
        awards.approve_termination(session, application_id=world.bids[partnership.key], actor=chair, now=now)

    def sign(session: Session, now: datetime) -> None:
        approver = world.actor(session, "finance_approver")
        awards.sign_termination(session, application_id=world.bids[partnership.key], actor=approver, now=now)

    world.timeline.add(at, draft)
    world.timeline.add(at + timedelta(days=2), approve)
    world.timeline.add(at + timedelta(days=3), sign)
