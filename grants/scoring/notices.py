"""Who is told what about scores."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.later import free_of_conflict
from grants.applications.models import Application, Version
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import ReopeningState


@in_english
def suspended(
    session: Session, sheet: Sheet, application: Application, *, scores: int, because: str, reopened: bool
) -> list[Notice]:
    """Every chair but the person concerned: agreed scores wait for them after a sheet left the means.

    `because` is what happened, once for each time: a conflict found late, or that the sheet was `reopened`.
    """
    facts = {
        "ref": application.ref,
        "title": application.title,
        "scores": scores,
        "reopened": reopened,
        "path": f"/scoring/moderate/{application.ref}/",
    }
    return [
        Notice(
            kind="agreed_scores_suspended",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=application,
            key=f"agreed_scores_suspended:{because}:{person.id}",
        )
        for person in free_of_conflict(session, Role.CHAIR, application.id)
        if person.id != sheet.person_id
    ]


@in_english
def bid_changed(session: Session, sheet: Sheet, application: Application, version: Version) -> Notice:
    """A reviewer who has begun to score: the bid has a new version."""
    person = accounts.person(session, sheet.person_id)
    return Notice(
        kind="bid_changed",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "ref": application.ref,
            "title": application.title,
            "number": version.number,
            "path": f"/scoring/{application.ref}/",
        },
        about=sheet,
        key=f"bid_changed:{version.id}:{sheet.id}",
    )


@in_english
def reopening_wants(session: Session, reopening: Reopening, application: Application) -> list[Notice]:
    """Whoever can take the reopening of a sheet further: managers when it is asked, chairs when drafted."""
    drafted = reopening.state is ReopeningState.DRAFTED
    kind = "reopening_drafted" if drafted else "reopening_asked"
    role = Role.CHAIR if drafted else Role.MANAGER
    return [
        Notice(
            kind=kind,
            to=person.email,
            person_id=person.id,
            facts={
                "ref": application.ref,
                "title": application.title,
                "path": f"/scoring/sheets/{application.ref}/",
            },
            about=application,
            key=f"{kind}:{reopening.id}:{person.id}",
        )
        for person in free_of_conflict(session, role, application.id)
        if person.id != reopening.drafted_by_id
    ]


@in_english
def reopening_settled(
    session: Session, reopening: Reopening, sheet: Sheet, application: Application
) -> Notice:
    """The reviewer: their sheet is open again, or stays locked."""
    person = accounts.person(session, sheet.person_id)
    return Notice(
        kind="reopening_settled",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "ref": application.ref,
            "opened": reopening.state is ReopeningState.APPROVED,
            "reason": reopening.settled_reason,
            "path": f"/scoring/{application.ref}/",
        },
        about=sheet,
        key=f"reopening_settled:{reopening.id}",
    )
