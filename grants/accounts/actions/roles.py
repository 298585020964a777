"""Roles: given by one administrator, in force once another approves, taken away by any."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import notices, policy, queries, rules
from grants.accounts.models import RoleGrant
from grants.audit import actions as audit
from grants.core.db import held
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, Role


def grant_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> RoleGrant:
    """Give a person a role: in force once another administrator approves, or at once when the operator
    gives it.

    Raises NotAllowed, and RuleBroken when the person has it already or the roles may not be held together.
    """
    require(policy.may_grant_role(actor))
    person = queries.person(session, person_id)
    grants = queries.grants_of(session, person_id)
    operator = policy.is_operator(actor)
    same = next((grant for grant in grants if grant.role is role), None)
    if same is not None and (same.in_force_since or not operator):
        raise RuleBroken([Reason("This person already has this role, or it waits for approval", "role")])
    clash = rules.roles_clash([grant.role for grant in grants], role)
    if clash:
        raise RuleBroken([Reason(clash, "role")])
    grant = same or RoleGrant(person_id=person_id, role=role, granted_by_id=actor.person_id, granted_at=now)
    session.add(grant)
    if operator:
        grant.granted_by_id, grant.granted_at, grant.in_force_since = None, now, now
    audit.record(session, actor, "role.grant", person, now=now, role=role, in_force=operator)
    for notice in notices.role_granted(session, grant, person):
        outbox.queue(session, notice, now=now)
    return grant


def approve_role(session: Session, *, grant_id: int, actor: Actor, now: datetime) -> RoleGrant:
    """Put a role in force. Raises NotAllowed unless the actor is a second administrator, RuleBroken if it
    is in force."""
    grant = _grant(session, grant_id)
    require(policy.may_approve_role(actor, grant))
    if grant.in_force_since:
        raise RuleBroken("This role is in force already.")
    person = queries.person(session, grant.person_id)
    grant.approved_by_id, grant.in_force_since = actor.person_id, now
    audit.record(session, actor, "role.approve", person, now=now, role=grant.role)
    for notice in notices.role_granted(session, grant, person):
        outbox.queue(session, notice, now=now)
    return grant


def revoke_role(session: Session, *, grant_id: int, actor: Actor, now: datetime) -> None:
    """Take a role away at once, or refuse one that waits. The trail keeps that it was held.

    Raises NotAllowed, and RuleBroken for the last administrator, who would leave nobody to give roles.
    """
    grant = _grant(session, grant_id)
    require(policy.may_revoke_role(actor))
    person = queries.person(session, grant.person_id)
    in_force = grant.in_force_since is not None
    administrators = queries.people_with_role(session, Role.ADMINISTRATOR)
    if grant.role is Role.ADMINISTRATOR and in_force and len(administrators) == 1:
        raise RuleBroken("This is the only administrator. Give the role to somebody else first.")
    audit.record(session, actor, "role.revoke", person, now=now, role=grant.role, in_force=in_force)
    session.delete(grant)
    session.flush()


def _grant(session: Session, grant_id: int) -> RoleGrant:
    grant = held(session, RoleGrant, grant_id)
    if grant is None:
        raise NotFound("There is no such role to settle.")
    return grant
