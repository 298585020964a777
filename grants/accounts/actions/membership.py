"""What people of an organisation may do there, changed; and people who leave it."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import notices, policy, queries
from grants.accounts.models import Membership
from grants.audit import actions as audit
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, MemberRole


def change_member(
    session: Session, *, organisation_id: int, person_id: int, role: MemberRole, actor: Actor, now: datetime
) -> Membership:
    """A signatory changes what a person may do. Raises NotFound, NotAllowed, or RuleBroken: somebody must
    stay signatory.
    """
    require(policy.may_let_in(actor, organisation_id))
    held = _held(session, organisation_id, person_id)
    if held.role is role:
        return held
    _keep_a_signatory(session, held)
    held.role = role
    session.flush()
    audit.record(
        session, actor, "organisation.change_member", ("organisation", organisation_id), now=now,
        person=person_id, role=role,
    )  # fmt: skip
    outbox.queue(session, notices.member_changed(held, now=now), now=now)
    return held


def remove_member(
    session: Session, *, organisation_id: int, person_id: int, actor: Actor, now: datetime
) -> None:
    """A signatory takes somebody out of the organisation, or a person leaves it. Raises NotFound, NotAllowed,
    or RuleBroken: the last signatory cannot leave.
    """
    if actor.person_id != person_id:
        require(policy.may_let_in(actor, organisation_id))
    held = _held(session, organisation_id, person_id)
    _keep_a_signatory(session, held)
    if actor.person_id != person_id:
        outbox.queue(session, notices.member_removed(held, now=now), now=now)
    audit.record(
        session, actor, "organisation.remove_member", ("organisation", organisation_id), now=now,
        person=person_id,
    )  # fmt: skip
    session.delete(held)
    session.flush()


def _held(session: Session, organisation_id: int, person_id: int) -> Membership:
    """The membership, while nobody else changes who belongs to the organisation."""
    queries.hold(session, queries.organisation(session, organisation_id))
    for member in queries.members_of(session, organisation_id):
        if member.person_id == person_id:
            return member
    raise NotFound(say("This person does not belong to the organisation."))


def _keep_a_signatory(session: Session, held: Membership) -> None:
    members = queries.members_of(session, held.organisation_id)
    others = [one for one in members if one.role is MemberRole.SIGNATORY and one.id != held.id]
    if held.role is MemberRole.SIGNATORY and not others:
        raise RuleBroken(say("An organisation needs a signatory. Make somebody else a signatory first."))
