"""Deeds on changes of awards: asked for, recommended on, approved, signed, refused, taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import policy as bids_policy
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.awards import later, policy, queries, variation_notices, variations, varying
from grants.awards.actions.reserving import tell_of_free_money
from grants.awards.models import Award, AwardTerms, Variation
from grants.awards.states import VARIATION, VariationState
from grants.awards.varying import Change
from grants.core.clock import in_london
from grants.core.errors import NotFound, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.permissions import Actor, Role
from grants.programme import queries as programme


def ask_variation(
    session: Session, *, application_id: int, change: Change, actor: Actor, now: datetime
) -> Variation:
    """The lead's signatory asks for a change of its running award.

    Raises NotFound for strangers, NotAllowed, or RuleBroken with everything that stands in the way.
    """
    application = bids.for_update(session, application_id)
    bids_policy.hide_from_strangers(actor, application)
    require(policy.can_ask_variation(actor, application))
    award = _running(session, application)
    definition = programme.definition_of(programme.round_by_id(session, application.round_id))
    require_no(
        [
            *_open_already(session, application_id),
            *varying.blockers_to_ask(
                change,
                amount=award.amount,
                ask=application.ask,
                least=later.least_amount(session, application),
                today=in_london(now).date(),
                spend_by=definition.calendar.spend_by,
            ),
        ]
    )
    variation = Variation(
        application_id=application_id,
        number=len(variations.of_award(session, application_id)) + 1,
        amount=change.amount,
        ends_on=change.ends_on,
        budget=dict(change.budget),
        delivery=change.delivery.strip(),
        reason=change.reason.strip(),
        asked_by_id=actor.signature(),
        asked_at=now,
    )
    session.add(variation)
    session.flush()
    audit.record(
        session, actor, "variation.asked", variation, now=now,
        application_id=application_id, amount=variation.amount or 0, reason=audit.digest(variation.reason),
    )  # fmt: skip
    _tell(session, application, variation, Role.MANAGER, now=now)
    return variation


def take_back_variation(session: Session, *, variation_id: int, actor: Actor, now: datetime) -> Variation:
    """The lead's signatory no longer wants the change. Raises NotFound, NotAllowed or RuleBroken."""
    variation, application = _held(session, variation_id)
    bids_policy.hide_from_strangers(actor, application)
    require(policy.can_ask_variation(actor, application))
    variation.state = VARIATION.next(variation.state, "take_back")
    session.flush()
    audit.record(session, actor, "variation.taken_back", variation, now=now, application_id=application.id)
    return variation


def recommend_variation(
    session: Session,
    *,
    variation_id: int,
    in_favour: bool,
    recommendation: str,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Variation:
    """The manager writes to the chair what they recommend. Raises NotAllowed, Stale or RuleBroken."""
    variation, application = _held(session, variation_id)
    require(policy.can_recommend(session, actor, application.id))
    _require_seen(variation, version)
    _running(session, application)
    if not recommendation.strip():
        raise RuleBroken([Reason("Enter what you recommend, and why", "recommendation")])
    variation.state = VARIATION.next(variation.state, "recommend")
    variation.in_favour, variation.recommendation = in_favour, recommendation.strip()
    variation.recommended_by_id, variation.recommended_at = actor.signature(), now
    session.flush()
    audit.record(
        session, actor, "variation.recommended", variation, now=now,
        in_favour=in_favour, recommendation=audit.digest(variation.recommendation),
    )  # fmt: skip
    _tell(session, application, variation, Role.CHAIR, now=now)
    return variation


def approve_variation(
    session: Session, *, variation_id: int, version: int | None, actor: Actor, now: datetime
) -> Variation:
    """The chair approves the change. It holds at once, or once finance has signed where the money changes.

    Raises NotAllowed, Stale, or RuleBroken: not recommended on yet, or the pot does not have the money.
    """
    variation, application = _held(session, variation_id)
    require(policy.can_approve_variation(session, actor, variation))
    _require_seen(variation, version)
    award = _running(session, application)
    if not varying.needs_finance(variation.amount):
        variation.approved_by_id, variation.approved_at = actor.signature(), now
        return _agree(session, application, award, variation, actor=actor, now=now)
    after = VARIATION.next(variation.state, "approve")
    require_no(_money_blockers(session, application, variation))
    variation.state = after
    variation.approved_by_id, variation.approved_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "variation.approved", variation, now=now, amount=variation.amount)
    _tell(session, application, variation, Role.FINANCE_APPROVER, now=now)
    return variation


def sign_variation(
    session: Session, *, variation_id: int, version: int | None, actor: Actor, now: datetime
) -> Variation:
    """The finance approver signs a change of the money, within what the pot has left.

    Raises NotAllowed, Stale, or RuleBroken: not with finance, or the pot does not have the money.
    """
    variation, application = _held(session, variation_id)
    require(policy.can_sign_variation(session, actor, variation))
    _require_seen(variation, version)
    award = _running(session, application)
    if variation.state is not VariationState.TO_SIGN:
        raise RuleBroken("This change does not wait for a finance approver.")
    require_no(_money_blockers(session, application, variation))
    variation.signed_by_id, variation.signed_at = actor.signature(), now
    return _agree(session, application, award, variation, actor=actor, now=now)


def refuse_variation(
    session: Session, *, variation_id: int, reason: str, version: int | None, actor: Actor, now: datetime
) -> Variation:
    """The chair, or the finance approver where it waits for one, refuses the change, with a reason.

    Raises NotAllowed, Stale or RuleBroken.
    """
    variation, application = _held(session, variation_id)
    at_finance = variation.state is VariationState.TO_SIGN
    may = policy.can_sign_variation if at_finance else policy.can_approve_variation
    require(may(session, actor, variation))
    _require_seen(variation, version)
    require_no([] if reason.strip() else [Reason("Enter why the change is refused", "reason")])
    variation.state = VARIATION.next(variation.state, "refuse")
    variation.refusal = reason.strip()
    variation.refused_by_id, variation.refused_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "variation.refused", variation, now=now, reason=audit.digest(reason))
    for notice in variation_notices.settled(session, application, variation):
        outbox.queue(session, notice, now=now)
    return variation


def _agree(
    session: Session,
    application: Application,
    award: Award,
    variation: Variation,
    *,
    actor: Actor,
    now: datetime,
) -> Variation:
    """Let the change hold: the award, what it takes of the pot, and another version of what was agreed."""
    variation.state = VARIATION.next(variation.state, "agree")
    before = award.amount
    _keep_terms(session, award, variation, now=now)
    if variation.amount is not None:
        award.amount = variation.amount
        decision = decisions.decision_of(session, application.id)
        if decision is None:
            raise NotFound("No decision has been recorded on this bid.")
        panels.keep_from_pot(session, decision, amount=variation.amount)
    session.flush()
    audit.record(
        session, actor, "variation.agreed", variation, now=now,
        application_id=application.id, before=before, amount=award.amount,
    )  # fmt: skip
    moved = []
    if variation.ends_on is not None:
        moved = later.move_end(session, application, variation.ends_on, actor=actor, now=now)
    for notice in variation_notices.settled(session, application, variation, moved):
        outbox.queue(session, notice, now=now)
    if award.amount < before:
        tell_of_free_money(session, application, now=now)
    return variation


def _keep_terms(session: Session, award: Award, variation: Variation, *, now: datetime) -> None:
    kept = variations.terms_of(session, award.application_id)
    if not kept:
        first = AwardTerms(
            application_id=award.application_id, number=1, amount=award.amount, budget={},
            agreed_at=award.accepted_at,
        )  # fmt: skip
        session.add(first)
        kept = [first]
    last = kept[0]
    session.add(
        AwardTerms(
            application_id=award.application_id,
            number=last.number + 1,
            variation_id=variation.id,
            amount=variation.amount or last.amount,
            ends_on=variation.ends_on or last.ends_on,
            budget=variation.budget or ({} if variation.amount else last.budget),
            delivery=variation.delivery or last.delivery or "",
            agreed_at=now,
        )
    )


def _money_blockers(session: Session, application: Application, variation: Variation) -> Sequence[Reason]:
    """What keeps the money from changing. The round is held, so that nobody takes what is left meanwhile."""
    if variation.amount is None:
        return ()
    round_ = programme.round_by_id(session, application.round_id)
    others = decisions.pot_position(session, round_, without_application_id=application.id)
    mine = decisions.pot_position(session, round_).released - others.released
    left = decisions.pot_position(session, round_).left
    return list(
        varying.blockers_to_agree(
            amount=variation.amount,
            now_taken=mine,
            left=left,
            least=later.least_amount(session, application),
        )
    )


def _running(session: Session, application: Application) -> Award:
    """The award, held. Raises NotFound, or RuleBroken where it is not running."""
    award = queries.award_for_update(session, application.id)
    if application.stage is not Stage.ACTIVE:
        raise RuleBroken("This award has ended: it is not changed any more.")
    return award


def _open_already(session: Session, application_id: int) -> list[Reason]:
    if variations.open_one(session, application_id) is None:
        return []
    return [Reason("You have asked for a change already. Wait for the answer, or take it back first.")]


def _held(session: Session, variation_id: int) -> tuple[Variation, Application]:
    """The variation and its bid, held after their round, as every deed on the pot holds them."""
    bid_id = variations.by_id(session, variation_id).application_id
    programme.locked(session, bids.application(session, bid_id).round_id)
    application = bids.for_update(session, bid_id)
    return variations.for_update(session, variation_id), application


def _require_seen(variation: Variation, version: int | None) -> None:
    if version != variation.version:
        raise Stale("This change has moved on since you opened the page.")


def _tell(
    session: Session, application: Application, variation: Variation, role: Role, *, now: datetime
) -> None:
    for notice in variation_notices.waiting(session, application, variation, role):
        outbox.queue(session, notice, now=now)
