"""Who is told that an appeal was made and answered."""

from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.appeals.models import Appeal
from grants.appeals.states import AppealState
from grants.applications.later import free_of_conflict
from grants.applications.notices import bid_people, people_with
from grants.applications.queries import Bid
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role


@in_english
def received(session: Session, bid: Bid, appeal: Appeal) -> list[Notice]:
    """The bid's people have it in writing; managers and chairs without a conflict know that it waits."""
    facts = {**_about(bid), "about": appeal.about, "path": f"/appeals/{bid.application.ref}/"}
    to_staff = {**_about(bid), "path": f"/appeals/{bid.application.ref}/case/{appeal.id}/"}
    staff = {
        person.id: person
        for role in (Role.MANAGER, Role.CHAIR)
        for person in free_of_conflict(session, role, bid.application.id)
    }
    return [
        *(_notice("appeal_received", person, appeal, facts) for person in _people(session, bid, appeal)),
        *(_notice("appeal_arrived", person, appeal, to_staff) for person in staff.values()),
    ]


@in_english
def answered(session: Session, bid: Bid, appeal: Appeal) -> list[Notice]:
    """The bid's people read the answer and its reason."""
    facts = {
        **_about(bid),
        "upheld": appeal.state is AppealState.UPHELD,
        "eligibility": appeal.decision_id is None,
        "answer": appeal.answer,
        "path": f"/appeals/{bid.application.ref}/",
    }
    return [_notice("appeal_answered", person, appeal, facts) for person in _people(session, bid, appeal)]


def _people(session: Session, bid: Bid, appeal: Appeal) -> list[Person]:
    people = [*people_with(session, appeal.made_by_id), *bid_people(session, bid.application)]
    return list({person.id: person for person in people}.values())


def _notice(kind: str, person: Person, appeal: Appeal, facts: dict[str, object]) -> Notice:
    return Notice(
        kind=kind,
        to=person.email,
        person_id=person.id,
        facts={**facts, "name": person.name},
        about=appeal,
        key=f"{kind}:{appeal.id}:{person.id}",
    )


def _about(bid: Bid) -> dict[str, object]:
    return {
        "ref": bid.application.ref,
        "title": bid.application.title,
        "lead": bid.application.lead.name,
        "fund": bid.definition.name,
    }
