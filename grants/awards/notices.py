"""Who is told what about offers and awards."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import policy
from grants.awards.models import Agreement, Award, AwardCondition
from grants.core.clock import long_date
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.programme.models import Round


@in_english
def offer_answered(session: Session, application: Application, *, accepted: bool) -> list[Notice]:
    """Every programme manager: an offer was taken up or turned down."""
    return [
        Notice(
            kind="offer_answered",
            to=person.email,
            person_id=person.id,
            facts={
                "ref": application.ref,
                "title": application.title,
                "lead": application.lead.name,
                "accepted": accepted,
                "reason": application.closed_reason,
            },
            about=application,
            key=f"offer_answered:{application.id}:{person.id}",
        )
        for person in free_of_conflict(session, Role.MANAGER, application.id)
    ]


@in_english
def offer_lapsed(session: Session, application: Application) -> list[Notice]:
    """The lead's signatories: the time for the offer has passed."""
    return _to_signatories(session, application, "offer_lapsed")


@in_english
def award_terminated(session: Session, application: Application) -> list[Notice]:
    """The lead's signatories: the award has ended early, and why."""
    return _to_signatories(session, application, "award_terminated")


@in_english
def ending_waits(session: Session, application: Application, award: Award) -> list[Notice]:
    """Whoever may sign next: a chair, then a finance approver. Neither those who had it before, nor those who
    scored the bid or have a conflict with it.
    """
    approved = award.ending_approved_by_id is not None
    role = Role.FINANCE_APPROVER if approved else Role.CHAIR
    may = policy.can_sign_ending if approved else policy.can_approve_ending
    facts = {
        "ref": application.ref,
        "title": application.title,
        "lead": application.lead.name,
        "reason": award.ending_reason,
        "approved": approved,
        "path": f"/awards/bids/{application.ref}/",
    }
    return [
        Notice(
            kind="ending_waits", to=person.email, person_id=person.id, facts=facts, about=application,
            key=f"ending_waits:{application.id}:{approved}:{audit.digest(award.ending_reason)[:16]}:{person.id}",
        )
        for person in accounts.people_with_role(session, role)
        if may(session, accounts.actor_for(session, person.id), award)
    ]  # fmt: skip


@in_english
def agreement_ready(session: Session, application: Application, agreement: Agreement) -> list[Notice]:
    """The lead's signatories: every partner has agreed to its share, so the agreement can be accepted."""
    facts = {"path": f"/awards/bids/{application.ref}/offer/"}
    return _to_signatories(session, application, "agreement_ready", agreement.id, **facts)


@in_english
def condition_due(session: Session, application: Application, condition: AwardCondition) -> list[Notice]:
    """The lead's signatories: a condition of the award has to be met soon."""
    facts = {
        "text": condition.text,
        "due": long_date(condition.due_on) if condition.due_on else "",
        "path": f"/awards/bids/{application.ref}/offer/",
    }
    key = f"{condition.id}:{condition.reminded_days}"
    return _to_signatories(session, application, "condition_due", key, **facts)


@in_english
def waiver_drafted(session: Session, application: Application, condition: AwardCondition) -> list[Notice]:
    """Every chair without a conflict: a waiver waits for approval."""
    facts = {
        "ref": application.ref,
        "lead": application.lead.name,
        "text": condition.text,
        "reason": condition.waiver_reason,
        "path": f"/awards/bids/{application.ref}/",
    }
    return [
        Notice(
            kind="waiver_drafted", to=person.email, person_id=person.id, facts=facts, about=application,
            key=f"waiver_drafted:{condition.id}:{audit.digest(condition.waiver_reason)[:16]}:{person.id}",
        )
        for person in free_of_conflict(session, Role.CHAIR, application.id)
    ]  # fmt: skip


def _to_signatories(
    session: Session, application: Application, kind: str, mark: object = None, **more: object
) -> list[Notice]:
    """`mark` tells several letters of one kind about a bid apart."""
    return [
        Notice(
            kind=kind,
            to=person.email,
            person_id=person.id,
            facts={
                "ref": application.ref,
                "title": application.title,
                "reason": application.closed_reason,
                "path": f"/applications/{application.ref}/",
                **more,
            },
            about=application,
            key=f"{kind}:{application.id}:" + (f"{mark}:" if mark else "") + str(person.id),
        )
        for person in accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, ())
    ]


@in_english
def money_free(session: Session, round_: Round, freed: Application) -> list[Notice]:
    """Every programme manager without a conflict with the bid that freed it: the reserve list may move up.

    The letter names no bid of the list: nobody knows yet who may read of which.
    """
    facts = {"round": round_.name, "ref": freed.ref, "path": f"/awards/{round_.ref}/reserve/"}
    return [
        Notice(
            kind="money_free", to=person.email, person_id=person.id, facts=facts, about=freed,
            key=f"money_free:{freed.id}:{freed.version}:{person.id}",
        )
        for person in free_of_conflict(session, Role.MANAGER, freed.id)
    ]  # fmt: skip
