"""Who is told what about changes of awards."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.awards.models import Variation
from grants.awards.states import VariationState
from grants.core.clock import long_date
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role


@in_english
def waiting(session: Session, application: Application, variation: Variation, role: Role) -> list[Notice]:
    """Everybody of the role whose turn it is, without those who have a conflict with the bid."""
    people = free_of_conflict(session, role, application.id)
    facts: dict[str, object] = {
        "path": f"/awards/bids/{application.ref}/variations/",
        "state": variation.state.value,
    }
    return _notices("variation_waits", people, application, variation, facts)


@in_english
def settled(
    session: Session,
    application: Application,
    variation: Variation,
    moved: Sequence[tuple[str, date]] = (),
) -> list[Notice]:
    """The lead's signatories: the change is agreed, or refused and why. `moved` is what is due on another day
    now.
    """
    people = accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, ())
    facts = {
        "path": f"/awards/bids/{application.ref}/changes/",
        "agreed": variation.state is VariationState.AGREED,
        "reason": variation.refusal,
        "moved": [{"title": title, "day": long_date(day)} for title, day in moved],
    }
    return _notices("variation_settled", people, application, variation, facts)


def _notices(
    kind: str,
    people: Sequence[Person],
    application: Application,
    variation: Variation,
    facts: dict[str, object],
) -> list[Notice]:
    about = {"ref": application.ref, "title": application.title, "lead": application.lead.name}
    return [
        Notice(
            kind=kind,
            to=person.email,
            person_id=person.id,
            facts={**about, **facts},
            about=application,
            key=f"{kind}:{variation.id}:{variation.state}:{person.id}",
        )
        for person in people
    ]
