"""Reading people, organisations, memberships and roles."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants import config
from grants.accounts.models import (
    Joining,
    Membership,
    Organisation,
    OrganisationProfile,
    Person,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignInLink,
)
from grants.accounts.rules import plain_email, plain_name, plain_postcode
from grants.accounts.states import JoiningState
from grants.core.db import held
from grants.core.errors import NotFound
from grants.permissions import Actor, MemberRole, Role


@dataclass(frozen=True)
class Known:
    """A person with all that decides what they may do, read in one query. `roles` are those in force."""

    id: int
    email: str
    name: str
    session_epoch: int
    roles: frozenset[Role]
    memberships: dict[int, MemberRole]

    def as_actor(self, *, with_roles: bool = True) -> Actor:
        """The person as an actor; without their roles until they have given their second factor."""
        roles = self.roles if with_roles else frozenset()
        return Actor(self.id, roles, self.memberships, label=f"person {self.id}")


def known(session: Session, person_id: int) -> Known | None:
    """The person with roles and memberships; None if there is no such person. One query."""
    rows: Sequence[Any] = session.execute(
        select(
            Person.id, Person.email, Person.name, Person.session_epoch,
            RoleGrant.role, Membership.organisation_id, Membership.role,
        )
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.in_force_since.is_not(None)))
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Person.id == person_id)
    ).all()  # fmt: skip
    if not rows:
        return None
    id_, email, name, epoch, *_ = rows[0]
    roles = frozenset(row[4] for row in rows if row[4] is not None)
    memberships = {row[5]: row[6] for row in rows if row[5] is not None}
    return Known(id_, email, name, epoch, roles, memberships)


def actor_for(session: Session, person_id: int) -> Actor:
    """The person as an actor with their roles in force and memberships. Raises NotFound."""
    found = known(session, person_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found.as_actor()


def person(session: Session, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, in any case; None if there is none."""
    return session.scalars(select(Person).where(Person.email == plain_email(email))).one_or_none()


def people_with_role(session: Session, role: Role) -> list[Person]:
    """Everybody who holds `role` in force, oldest first."""
    holders = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role, RoleGrant.in_force_since.is_not(None))
        .order_by(Person.id)
    )
    return list(session.scalars(holders))


def organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation with this id. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("There is no such organisation.")
    return found


def hold(session: Session, organisation: Organisation) -> None:
    """Hold the organisation until the transaction ends: two at once must not both become its first member."""
    session.refresh(organisation, with_for_update=True)


def organisation_by_numbers(
    session: Session,
    *,
    charity_number: str | None,
    company_number: str | None,
    external_id: str | None = None,
) -> list[Organisation]:
    """The organisations that bear any of these identifiers (normalised), in the order of the identifiers,
    each once."""
    wanted = (
        (Organisation.charity_number, charity_number),
        (Organisation.company_number, company_number),
        (Organisation.external_id, external_id),
    )
    found: dict[int, Organisation] = {}
    for column, value in wanted:
        if value:
            for one in session.scalars(select(Organisation).where(column == value)):
                found.setdefault(one.id, one)
    return list(found.values())


def profile_of(session: Session, organisation_id: int) -> OrganisationProfile | None:
    """What the organisation says about itself; None until its people have said something."""
    return session.get(OrganisationProfile, organisation_id, populate_existing=True)


def organisations_alike(session: Session, *, name: str, postcode: str) -> list[Organisation]:
    """Organisations without a number that have this name, however it is written, at this postcode."""
    at_this_postcode = (
        select(Organisation)
        .where(
            Organisation.postcode == plain_postcode(postcode),
            Organisation.charity_number.is_(None),
            Organisation.company_number.is_(None),
        )
        .order_by(Organisation.id)
    )
    wanted = plain_name(name)
    return [one for one in session.scalars(at_this_postcode) if plain_name(one.name) == wanted]


def organisations_of(session: Session, person_id: int) -> list[Membership]:
    """A person's memberships with their organisations, by name."""
    mine = (
        select(Membership)
        .join(Membership.organisation)
        .options(contains_eager(Membership.organisation))
        .where(Membership.person_id == person_id)
        .order_by(Organisation.name, Organisation.id)
    )
    return list(session.scalars(mine))


def members_of(session: Session, organisation_id: int) -> list[Membership]:
    """An organisation's memberships with their people, in the order in which they joined."""
    members = (
        select(Membership)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    return list(session.scalars(members))


def emails_of(session: Session, organisation_id: int) -> list[str]:
    """The addresses of everybody who belongs to the organisation."""
    rows = (
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id)
    )
    return list(session.scalars(rows))


def membership(session: Session, *, organisation_id: int, person_id: int) -> Membership | None:
    """The person's membership of the organisation, if any."""
    return session.scalars(
        select(Membership).where(
            Membership.organisation_id == organisation_id, Membership.person_id == person_id
        )
    ).one_or_none()


def has_members(session: Session, organisation_id: int) -> bool:
    """Whether anybody belongs to the organisation."""
    anyone = select(Membership.id).where(Membership.organisation_id == organisation_id).limit(1)
    return session.scalar(anyone) is not None


def signatories_of(session: Session, organisation_ids: Collection[int]) -> dict[int, list[Person]]:
    """The signatories of each organisation, in the order in which they joined. One query."""
    rows = session.execute(
        select(Membership.organisation_id, Person)
        .join(Membership.person)
        .where(Membership.organisation_id.in_(organisation_ids), Membership.role == MemberRole.SIGNATORY)
        .order_by(Membership.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organisation_id, signatory in rows:
        found[organisation_id].append(signatory)
    return dict(found)


def joining(session: Session, joining_id: int) -> Joining:
    """A request or invitation, held for update. Raises NotFound."""
    found = held(session, Joining, joining_id)
    if found is None:
        raise NotFound("There is no such request.")
    return found


def joining_for(session: Session, *, organisation_id: int, email: str) -> Joining | None:
    """The one row of this address and organisation, held for update."""
    return session.scalars(
        select(Joining)
        .where(Joining.organisation_id == organisation_id, Joining.email == email)
        .with_for_update()
    ).one_or_none()


def open_joinings(session: Session, organisation_id: int) -> list[Joining]:
    """Requests and invitations of an organisation that wait for an answer, oldest first."""
    return list(session.scalars(_open().where(Joining.organisation_id == organisation_id)))


def joinings_of(session: Session, email: str) -> list[Joining]:
    """Requests by, and invitations to, this address that wait for an answer, with their organisations."""
    return list(session.scalars(_open().where(Joining.email == email)))


def joinings_started(session: Session, *, person_id: int, since: datetime) -> int:
    """How many requests and invitations the person has started since then."""
    counted = select(func.count()).where(Joining.started_by_id == person_id, Joining.started_at > since)
    return session.scalar(counted) or 0


def _open() -> Select[Joining]:
    return (
        select(Joining)
        .where(Joining.state.in_((JoiningState.ASKED, JoiningState.INVITED)))
        .options(joinedload(Joining.organisation))
        .order_by(Joining.started_at, Joining.id)
    )


def role_grants(session: Session) -> list[RoleGrant]:
    """Every role granted to anybody, with the people, by address."""
    every = (
        select(RoleGrant)
        .join(RoleGrant.person)
        .options(contains_eager(RoleGrant.person))
        .order_by(Person.email, RoleGrant.role)
    )
    return list(session.scalars(every))


def roles_of(session: Session, person_id: int) -> list[RoleGrant]:
    """A person's roles, in force or waiting for approval."""
    held = select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.role)
    return list(session.scalars(held))


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    """A person's roles, in force or waiting for approval, held for update."""
    return session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.role).with_for_update()
    ).all()


def links_since(session: Session, *, email: str, since: datetime) -> int:
    """How many sign-in links were made for this address since then."""
    counted = select(func.count()).where(SignInLink.email == email, SignInLink.created_at > since)
    return session.scalar(counted) or 0


def live_link(session: Session, *, token_digest: str, now: datetime) -> SignInLink | None:
    """The sign-in link with this digest, if it can still be used."""
    return session.scalars(
        select(SignInLink).where(
            SignInLink.token_digest == token_digest,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
    ).one_or_none()


def second_factor(session: Session, person_id: int) -> SecondFactor | None:
    """The person's authenticator, confirmed or not."""
    return session.get(SecondFactor, person_id, populate_existing=True)


def is_set_up(factor: SecondFactor) -> bool:
    """Whether the authenticator guards an account: one whose codes the demo page shows does so in demo
    mode only."""
    return factor.confirmed_at is not None and (config.current().demo or not factor.made_for_demo)


def recovery_codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes the person has not used yet."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0
