"""Who is told what about a round."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.core.clock import exact_minute
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.programme.models import Round


@in_english
def closed(session: Session, round_: Round, *, closes_at: datetime) -> list[Notice]:
    """The round has closed: every programme manager, once for each minute at which it did."""
    return [
        Notice(
            kind="round_closed",
            to=person.email,
            person_id=person.id,
            facts={
                "round": round_.name,
                "closed": exact_minute(closes_at),
                "path": f"/applications/screening/{round_.ref}/",
            },
            about=round_,
            key=f"round_closed:{round_.id}:{int(closes_at.timestamp())}:{person.id}",
        )
        for person in accounts.people_with_role(session, Role.MANAGER)
    ]
