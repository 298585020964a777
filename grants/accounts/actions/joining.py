"""The way into an organisation: taking part in a bid for it, asking its signatory, being invited."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from grants.accounts import notices, policy, queries, rules
from grants.accounts.actions.organisations import add_member, enter, find_or_make
from grants.accounts.models import Joining, Organisation, Person
from grants.accounts.states import JOINING, JoiningState, OrganisationKind
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.core.words import is_email
from grants.notifications import actions as outbox
from grants.permissions import Actor, MemberRole

NONE_OF_THESE = 0
"""Chosen instead of an organisation's id by somebody who says that theirs is another."""


class Outcome(StrEnum):
    """What became of a person who named an organisation."""

    CREATED = "created"
    MEMBER = "member"
    ASKED = "asked"


@dataclass(frozen=True)
class Taken:
    """The organisation a person named, and what became of it."""

    organisation: Organisation
    outcome: Outcome


def take_part(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    charity_number: str,
    company_number: str,
    postcode: str,
    same_as: int | None = None,
    actor: Actor,
    now: datetime,
) -> Taken:
    """A person says which organisation they act for; numbers are as typed, '' for none.

    A new organisation gets them as its signatory. One that is there already only gets a request: anybody can
    look a number up. Its signatories answer; where nobody belongs to it yet, as after an import, the operator
    does, told by the programme managers. Without a number `same_as` says which of those with the same name
    and postcode it is, `NONE_OF_THESE` that it is another. Raises NotAllowed (an auditor) or RuleBroken.
    """
    require(policy.may_belong(actor))
    numbers = {"charity_number": charity_number, "company_number": company_number}
    require_no([*rules.number_faults(kind, charity_number, company_number), *rules.postcode_faults(postcode)])
    person = queries.person(session, actor.person_id or 0)
    known = None if any(map(str.strip, numbers.values())) else _alike(session, name, postcode, same_as)
    organisation, created = (known, False) if known else find_or_make(
        session, name=name, kind=kind, **numbers, postcode=postcode, actor=actor, now=now
    )  # fmt: skip
    queries.hold(session, organisation)
    if queries.membership(session, organisation_id=organisation.id, person_id=person.id):
        return Taken(organisation, Outcome.MEMBER)
    first = MemberRole.SIGNATORY
    if created:
        enter(session, organisation_id=organisation.id, person_id=person.id, role=first, actor=actor, now=now)
        return Taken(organisation, Outcome.CREATED)
    role = MemberRole.EDITOR if queries.has_members(session, organisation.id) else first
    _ask(session, organisation, person, role=role, actor=actor, now=now)
    return Taken(organisation, Outcome.ASKED)


def _alike(session: Session, name: str, postcode: str, same_as: int | None) -> Organisation | None:
    """The organisation that was chosen of those without a number that have this name and postcode, if any."""
    alike = queries.organisations_alike(session, name=name, postcode=postcode)
    chosen = next((one for one in alike if one.id == same_as), None)
    if alike and chosen is None and same_as != NONE_OF_THESE:
        text = say("An organisation of this name is here already. Say whether it is yours")
        raise RuleBroken([Reason(text, "same_as")])
    return chosen


def _ask(
    session: Session,
    organisation: Organisation,
    person: Person,
    *,
    role: MemberRole,
    actor: Actor,
    now: datetime,
) -> None:
    joining = queries.joining_for(session, organisation_id=organisation.id, email=person.email)
    if joining is not None and joining.state in (JoiningState.ASKED, JoiningState.INVITED):
        return
    if joining is None:
        joining = Joining(organisation_id=organisation.id, email=person.email, state=JOINING.initial)
        session.add(joining)
    elif joining.state is JoiningState.REFUSED:
        raise RuleBroken(
            "A signatory of this organisation has refused your request. Speak to them: they can invite you."
        )
    else:
        joining.state = JOINING.next(joining.state, "ask")
    _start(joining, role=role, actor=actor, now=now)
    session.flush()
    audit.record(session, actor, "joining.ask", organisation, now=now, person=person.id)
    for notice in notices.asked_to_join(session, joining, organisation, person):
        outbox.queue(session, notice, now=now)


def invite(
    session: Session, *, organisation_id: int, email: str, role: MemberRole, actor: Actor, now: datetime
) -> Joining:
    """Invite whoever can read mail at `email` into the organisation. Raises NotAllowed, RuleBroken.

    An invitation that waits for an hour may be replaced and sent again.
    """
    require(policy.may_let_in(actor, organisation_id))
    organisation = queries.organisation(session, organisation_id)
    queries.hold(session, organisation)
    plain = rules.plain_email(email)
    if not is_email(plain):
        raise RuleBroken(
            [Reason("Enter an email address in the correct format, like name@example.com", "email")]
        )
    invited = queries.person_by_email(session, plain)
    if invited and queries.membership(session, organisation_id=organisation_id, person_id=invited.id):
        raise RuleBroken([Reason("This person belongs to your organisation already", "email")])
    joining = queries.joining_for(session, organisation_id=organisation_id, email=plain)
    _require_patience(session, joining, actor=actor, now=now)
    if joining is None:
        joining = Joining(organisation_id=organisation_id, email=plain, state=JoiningState.INVITED)
        session.add(joining)
    else:
        joining.state = JOINING.next(joining.state, "invite")
    _start(joining, role=role, actor=actor, now=now)
    session.flush()
    audit.record(
        session,
        actor,
        "joining.invite",
        organisation,
        now=now,
        joining=joining.id,
        role=role,
        email=audit.digest(plain),
    )
    outbox.queue(session, notices.invited(joining, organisation), now=now)
    return joining


def _require_patience(session: Session, joining: Joining | None, *, actor: Actor, now: datetime) -> None:
    """Refuse to flood one mailbox, or many."""
    invited = joining is not None and joining.state is JoiningState.INVITED
    if joining is not None and invited and now - joining.started_at < rules.INVITE_AGAIN_AFTER:
        raise RuleBroken([Reason("This person was invited less than an hour ago", "email")])
    if actor.person_id is None:
        return
    sent = queries.joinings_started(session, person_id=actor.person_id, since=now - rules.INVITATION_WINDOW)
    if sent >= rules.MOST_INVITATIONS:
        raise RuleBroken([Reason("You have sent many invitations today. Send more tomorrow", "email")])


def answer_request(
    session: Session, *, organisation_id: int, joining_id: int, agrees: bool, actor: Actor, now: datetime
) -> Joining:
    """A signatory lets somebody in who asked, or refuses. Raises NotFound, NotAllowed, RuleBroken if it
    was answered."""
    require(policy.may_let_in(actor, organisation_id))
    joining = queries.joining(session, joining_id)
    if joining.organisation_id != organisation_id:
        raise NotFound("There is no such request.")
    _settle(joining, "approve" if agrees else "refuse", actor=actor, now=now)
    organisation = queries.organisation(session, organisation_id)
    asker = queries.person_by_email(session, joining.email)
    if asker is None:
        raise NotFound("There is no such person.")
    audit.record(
        session,
        actor,
        "joining.approve" if agrees else "joining.refuse",
        organisation,
        now=now,
        person=asker.id,
    )
    if agrees:
        add_member(
            session,
            organisation_id=organisation_id,
            person_id=asker.id,
            role=joining.role,
            actor=actor,
            now=now,
        )
    outbox.queue(session, notices.answered(joining, organisation, agreed=agrees), now=now)
    return joining


def answer_invitation(
    session: Session, *, joining_id: int, agrees: bool, actor: Actor, now: datetime
) -> Joining:
    """The person invited joins, or declines. Raises NotFound for anybody else's invitation, RuleBroken if
    answered."""
    person = queries.person(session, actor.person_id or 0)
    joining = queries.joining(session, joining_id)
    if joining.email != person.email:
        raise NotFound("There is no such invitation.")
    if agrees:
        require(policy.may_belong(actor))
    _settle(joining, "accept" if agrees else "decline", actor=actor, now=now)
    organisation = queries.organisation(session, joining.organisation_id)
    audit.record(
        session,
        actor,
        "joining.accept" if agrees else "joining.decline",
        organisation,
        now=now,
        person=person.id,
    )
    if agrees:
        enter(
            session,
            organisation_id=organisation.id,
            person_id=person.id,
            role=joining.role,
            actor=actor,
            now=now,
        )
    return joining


def _start(joining: Joining, *, role: MemberRole, actor: Actor, now: datetime) -> None:
    joining.role = role
    joining.started_by_id = actor.person_id
    joining.started_at = now
    joining.settled_by_id = joining.settled_at = None


def _settle(joining: Joining, deed: str, *, actor: Actor, now: datetime) -> None:
    joining.state = JOINING.next(joining.state, deed)
    joining.settled_by_id, joining.settled_at = actor.person_id, now
