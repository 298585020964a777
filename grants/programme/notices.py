"""Who is told what about a round."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.core.clock import exact_minute
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.programme.models import Round


def closed(session: Session, round_: Round) -> list[Notice]:
    """The round has closed: every programme manager, once."""
    return [
        Notice(
            kind="round_closed",
            to=person.email,
            person_id=person.id,
            facts={
                "round": round_.name,
                "closed": exact_minute(round_.closes_at),
                "path": f"/applications/screening/{round_.ref}/",
            },
            about=round_,
            key=f"round_closed:{round_.id}:{person.id}",
        )
        for person in accounts.people_with_role(session, Role.MANAGER)
    ]
