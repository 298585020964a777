"""Who is told that a message waits. The message itself stays here: mail is read by others too."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.later import free_of_conflict
from grants.applications.notices import bid_people
from grants.applications.queries import Bid
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.threads import queries
from grants.threads.models import ThreadMessage


@in_english
def message_to_team(session: Session, bid: Bid, message: ThreadMessage) -> list[Notice]:
    """Every programme manager who does not belong to the bid's own organisation."""
    members = {membership.person_id for membership in accounts.members_of(session, bid.application.lead_id)}
    facts = {**_about(bid), "path": f"/threads/{bid.application.ref}/team/"}
    managers = free_of_conflict(session, Role.MANAGER, bid.application.id)
    return [
        Notice(
            kind="message_to_team",
            to=person.email,
            person_id=person.id,
            facts={**facts, "name": person.name},
            about=message,
            key=f"message_to_team:{message.id}:{person.id}",
        )
        for person in managers
        if person.id not in members
    ]


@in_english
def message_to_applicant(session: Session, bid: Bid, message: ThreadMessage) -> list[Notice]:
    """The bid's people, and whoever of theirs has written."""
    facts = {**_about(bid), "path": f"/threads/{bid.application.ref}/"}
    still = {membership.person_id for membership in accounts.members_of(session, bid.application.lead_id)}
    authors = [
        person for person in queries.applicant_authors(session, bid.application.id) if person.id in still
    ]
    people = {person.id: person for person in [*bid_people(session, bid.application), *authors]}
    return [
        Notice(
            kind="message_to_applicant",
            to=person.email,
            person_id=person.id,
            facts={**facts, "name": person.name},
            about=message,
            key=f"message_to_applicant:{message.id}:{person.id}",
        )
        for person in people.values()
    ]


def _about(bid: Bid) -> dict[str, object]:
    return {"ref": bid.application.ref, "lead": bid.application.lead.name, "fund": bid.definition.name}
