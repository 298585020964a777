"""Who is told that a meeting is called."""

from sqlalchemy.orm import Session

from grants.core.clock import long_date
from grants.core.language import in_english
from grants.meetings import queries
from grants.meetings.models import Meeting
from grants.notifications.actions import Notice
from grants.programme.models import Round


@in_english
def meeting_called(session: Session, round_: Round, meeting: Meeting) -> list[Notice]:
    """Every member of the panel. The letter names no bid: nobody knows yet who may read of which."""
    facts = {
        "round": round_.name,
        "day": long_date(meeting.held_on),
        "place": meeting.place,
        "path": f"/meetings/{meeting.id}/",
    }
    return [
        Notice(
            kind="meeting_called", to=person.email, person_id=person.id, facts=facts, about=meeting,
            key=f"meeting_called:{meeting.id}:{person.id}",
        )
        for person in queries.panel(session)
    ]  # fmt: skip
