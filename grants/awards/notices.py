"""Who is told what about offers and awards."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role


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


def _to_signatories(session: Session, application: Application, kind: str) -> list[Notice]:
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
            },
            about=application,
            key=f"{kind}:{application.id}:{person.id}",
        )
        for person in accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, ())
    ]
