"""Who is told what about scores."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.models import Application, Version
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.reviewing.models import Conflict
from grants.scoring.models import Sheet


@in_english
def suspended(session: Session, conflict: Conflict, application: Application, *, scores: int) -> list[Notice]:
    """Every chair but the person concerned: agreed scores wait for them after a conflict was found late."""
    settled_at = conflict.settled_at.isoformat() if conflict.settled_at else ""
    facts = {
        "ref": application.ref,
        "title": application.title,
        "scores": scores,
        "path": f"/scoring/moderate/{application.ref}/",
    }
    return [
        Notice(
            kind="agreed_scores_suspended",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=application,
            key=f"agreed_scores_suspended:{conflict.id}:{settled_at}:{person.id}",
        )
        for person in accounts.people_with_role(session, Role.CHAIR)
        if person.id != conflict.person_id
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
            "path": f"/scoring/reviews/{application.ref}/",
        },
        about=sheet,
        key=f"bid_changed:{version.id}:{sheet.id}",
    )
