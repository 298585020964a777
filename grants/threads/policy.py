"""Who reads and writes messages about a bid: its own people and the programme team, never a reviewer."""

from grants.applications import policy as bids
from grants.applications.models import Application
from grants.core.policy import YES, Decision, no
from grants.permissions import Actor, Permission, Role

JUDGES = frozenset({Role.REVIEWER, Role.CHAIR, Role.FINANCE_OFFICER, Role.FINANCE_APPROVER})
"""Roles that never see messages, whatever else a person with one of them is."""


def can_take_part(actor: Actor, application: Application) -> Decision:
    """Everybody of the lead organisation."""
    if bids.is_member(actor, application):
        return YES
    return no("Only people of the lead organisation write here.")


def can_read(actor: Actor) -> Decision:
    """Programme managers and auditors who judge no bids and pay no money."""
    if not actor.may(Permission.READ_THREADS):
        return no("Your account does not have the role this page needs.")
    if actor.roles & JUDGES:
        return no(
            "You also judge bids or handle money, so you do not read what applicants and the programme team "
            "write to each other."
        )
    return YES


def can_answer(actor: Actor) -> Decision:
    """Programme managers who may read."""
    if not actor.may(Permission.ANSWER_THREADS):
        return no("Only a programme manager answers applicants.")
    return can_read(actor)
