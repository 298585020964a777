"""Deeds on the reserve list: the next one moves up, the chair skips one, a skip is taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import notices, policy, reserve, reserve_list
from grants.awards.models import ReserveSkip
from grants.core.errors import NotFound, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import actions as panels
from grants.panels import policy as panel_policy
from grants.panels import queries as decisions
from grants.panels.models import Decision
from grants.permissions import Actor
from grants.programme import queries as programme


def move_up(session: Session, *, application_id: int, amount: int, actor: Actor, now: datetime) -> Decision:
    """The manager lets the next bid of the reserve list have `amount` pence of what is free.

    It becomes a decision like others: signed a second time above the fund's threshold, and offered once it
    is released. Raises NotAllowed, or RuleBroken with every reason: not on the list, another comes first,
    an amount that does not suit it or is not there.
    """
    require(policy.can_move_up(session, actor, application_id))
    round_ = programme.locked(session, bids.application(session, application_id).round_id)
    application = bids.for_update(session, application_id)
    waiting = [one.waiting for one in reserve_list.of_round(session, round_.id)]
    left = reserve_list.free(session, round_)
    require_no(reserve.blockers_to_move_up(waiting, application_id, amount=amount, left=left))
    return panels.offer_from_reserve(
        session,
        application,
        _decision(session, application),
        round_=round_,
        amount=amount,
        actor=actor,
        now=now,
    )


def skip(session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime) -> ReserveSkip:
    """The chair passes over a bid of the reserve list that what is free would be enough for, with a reason.

    Raises NotAllowed or RuleBroken.
    """
    require(panel_policy.can_decide(session, actor, application_id))
    round_ = programme.locked(session, bids.application(session, application_id).round_id)
    application = bids.for_update(session, application_id)
    waiting = [one.waiting for one in reserve_list.of_round(session, round_.id)]
    left = reserve_list.free(session, round_)
    require_no(reserve.blockers_to_skip(waiting, application_id, left=left, reason=reason))
    skipped = ReserveSkip(
        decision_id=_decision(session, application).id,
        application_id=application_id,
        reason=reason.strip(),
        skipped_by_id=actor.signature(),
        skipped_at=now,
    )
    session.add(skipped)
    session.flush()
    audit.record(
        session, actor, "reserve.skipped", application, now=now,
        place=_decision(session, application).reserve_order, free=left, reason=audit.digest(skipped.reason),
    )  # fmt: skip
    return skipped


def lift_skip(session: Session, *, application_id: int, actor: Actor, now: datetime) -> ReserveSkip:
    """The chair takes a skip back: the bid is in line again. Raises NotAllowed or RuleBroken."""
    require(panel_policy.can_decide(session, actor, application_id))
    application = bids.for_update(session, application_id)
    found = reserve_list.skip_of(session, _decision(session, application).id)
    if found is None:
        raise RuleBroken("This bid is not skipped.")
    found.lifted_at, found.lifted_by_id = now, actor.signature()
    session.flush()
    audit.record(session, actor, "reserve.skip_lifted", application, now=now)
    return found


def tell_of_free_money(session: Session, freed: Application, *, now: datetime) -> None:
    """Tell the managers that a bid has freed money, where that is enough for one on the reserve list."""
    round_ = programme.round_by_id(session, freed.round_id)
    waiting = [one.waiting for one in reserve_list.of_round(session, round_.id)]
    if waiting and reserve.proposed(waiting, reserve_list.free(session, round_)) is not None:
        for notice in notices.money_free(session, round_, freed):
            outbox.queue(session, notice, now=now)


def _decision(session: Session, application: Application) -> Decision:
    found = decisions.decision_of(session, application.id)
    if found is None:
        raise NotFound("No decision has been recorded on this bid.")
    return found
