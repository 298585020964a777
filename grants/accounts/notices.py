"""Who is told what about signing in, roles and organisations."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries
from grants.accounts.models import Joining, Membership, Organisation, Person, RoleGrant, SignInLink
from grants.accounts.rules import LINK_LIFE
from grants.core.language import in_english
from grants.notifications.rules import Notice
from grants.permissions import ROLE_LABELS, MemberRole, Role

MEMBER_LABELS = {
    MemberRole.VIEWER: "read your organisation's bids",
    MemberRole.EDITOR: "write bids for your organisation",
    MemberRole.SIGNATORY: "write and submit bids, and decide who belongs to your organisation",
}


@in_english
def sign_in_link(link: SignInLink, token: str) -> Notice:
    """The link itself, to the address that asked for it. The body is not kept once sent."""
    facts = {"path": f"/accounts/sign-in/{token}/", "minutes": int(LINK_LIFE.total_seconds()) // 60}
    return Notice(
        kind="sign_in_link", to=link.email, facts=facts, about=link, key=f"sign_in_link:{link.id}",
        sensitive=True,
    )  # fmt: skip


@in_english
def role_granted(session: Session, grant: RoleGrant, person: Person) -> list[Notice]:
    """The person, once a role is in force; before that, the administrators who may approve it."""
    session.flush()
    facts = {
        "role": ROLE_LABELS[grant.role],
        "email": person.email,
        "name": person.name,
        "reviews": grant.role is Role.REVIEWER,
        "by": _called(session, grant.granted_by_id),
    }
    moment = grant.in_force_since or grant.granted_at
    if grant.in_force_since:
        people, kind = [person], "role_in_force"
    else:
        without = {grant.granted_by_id, grant.person_id}
        admins = queries.people_with_role(session, Role.ADMINISTRATOR)
        people, kind = [admin for admin in admins if admin.id not in without], "role_to_approve"
    return [
        Notice(
            kind=kind, to=one.email, person_id=one.id, facts=facts, about=person,
            key=f"{kind}:{grant.id}:{int(moment.timestamp())}:{one.id}",
        )
        for one in people
    ]  # fmt: skip


def _called(session: Session, person_id: int | None) -> str:
    """Somebody's name and address, for whoever has a question; '' where the service itself did it."""
    if person_id is None:
        return ""
    one = queries.person(session, person_id)
    return f"{one.name}, {one.email}" if one.name else one.email


@in_english
def recovery_code_used(person: Person, *, code_id: int, left: int) -> Notice:
    """The person whose recovery code was used: if it was not them, they should know at once."""
    return Notice(
        kind="recovery_code_used", to=person.email, person_id=person.id, facts={"left": left}, about=person,
        key=f"recovery_code_used:{code_id}",
    )  # fmt: skip


@in_english
def second_factor_changed(person: Person, *, what: str, now: datetime) -> Notice:
    """The person whose authenticator was set up or taken off. `what` ends the template's name."""
    return Notice(
        kind=f"second_factor_{what}", to=person.email, person_id=person.id, facts={}, about=person,
        key=f"second_factor_{what}:{person.id}:{int(now.timestamp())}",
    )  # fmt: skip


@in_english
def asked_to_join(
    session: Session, joining: Joining, organisation: Organisation, person: Person
) -> list[Notice]:
    """Every signatory of the organisation, or every manager where it has none: somebody asks to belong."""
    facts = {
        "organisation": organisation.name,
        "name": person.name,
        "email": person.email,
        "path": f"/accounts/organisations/{organisation.id}/",
    }
    signatories = queries.signatories_of(session, {organisation.id}).get(organisation.id, [])
    if not signatories:
        facts["command"] = f"grants user let-in {person.email} {organisation.id}"
    kind = "asked_to_join" if signatories else "asked_to_be_first"
    return [
        Notice(
            kind=kind, to=one.email, person_id=one.id, facts=facts, about=organisation,
            key=f"asked_to_join:{joining.id}:{int(joining.started_at.timestamp())}:{one.id}",
        )
        for one in signatories or queries.people_with_role(session, Role.MANAGER)
    ]  # fmt: skip


@in_english
def answered(joining: Joining, organisation: Organisation, *, agreed: bool) -> Notice:
    """The person who asked to join: what the signatory said."""
    facts = {"organisation": organisation.name, "agreed": agreed, "may": MEMBER_LABELS[joining.role]}
    return Notice(
        kind="joining_answered", to=joining.email, facts=facts, about=organisation,
        key=f"joining_answered:{joining.id}:{int(joining.started_at.timestamp())}",
    )  # fmt: skip


@in_english
def member_changed(member: Membership, *, now: datetime) -> Notice:
    """A person whose organisation's signatory has changed what they may do there."""
    facts = {
        "organisation": member.organisation.name,
        "may": MEMBER_LABELS[member.role],
        "path": "/accounts/me/",
    }
    return _to_member(member, "member_changed", facts, now=now)


@in_english
def member_removed(member: Membership, *, now: datetime) -> Notice:
    """A person whom a signatory has taken out of their organisation."""
    return _to_member(member, "member_removed", {"organisation": member.organisation.name}, now=now)


def _to_member(member: Membership, kind: str, facts: Mapping[str, object], *, now: datetime) -> Notice:
    return Notice(
        kind=kind, to=member.person.email, person_id=member.person_id, facts=facts,
        about=member.organisation, key=f"{kind}:{member.id}:{int(now.timestamp() * 1000)}",
    )  # fmt: skip


@in_english
def invited(joining: Joining, organisation: Organisation) -> Notice:
    """The person who is invited into an organisation."""
    facts = {"organisation": organisation.name, "may": MEMBER_LABELS[joining.role], "path": "/accounts/me/"}
    return Notice(
        kind="invited", to=joining.email, facts=facts, about=organisation,
        key=f"invited:{joining.id}:{int(joining.started_at.timestamp() * 1000)}",
    )  # fmt: skip
