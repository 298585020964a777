"""Who is told of a request for deletion, and of its answer."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.core.language import in_english
from grants.notifications.rules import Notice
from grants.permissions import Role
from grants.privacy.models import DeletionRequest


@in_english
def asked(session: Session, request: DeletionRequest, person: Person) -> list[Notice]:
    """The person, that it arrived; the administrators, who answer; the managers, who should know."""
    notices = [
        Notice(
            kind="deletion_received", to=person.email, person_id=person.id, facts={}, about=request,
            key=f"deletion_received:{request.id}",
        )
    ]  # fmt: skip
    for role in (Role.ADMINISTRATOR, Role.MANAGER):
        notices += [
            Notice(
                kind="deletion_asked", to=one.email, person_id=one.id,
                facts={"path": f"/privacy/requests/{request.id}/", "decides": role is Role.ADMINISTRATOR},
                about=request, key=f"deletion_asked:{request.id}:{role}:{one.id}",
            )
            for one in accounts.people_with_role(session, role)
        ]  # fmt: skip
    return notices


@in_english
def answered(request: DeletionRequest, address: str, *, granted: bool) -> Notice:
    """The person, at the address they had."""
    return Notice(
        kind="deletion_answered", to=address, facts={"granted": granted, "reason": request.reason},
        about=request, key=f"deletion_answered:{request.id}",
    )  # fmt: skip
