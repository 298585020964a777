"""How the people of the story come to the service: staff with their roles, reviewers, and the groups."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import OPERATOR, World
from grants.demo.partnerships import Group, groups
from grants.demo.people import ADMINISTRATORS, EDITOR, NEWCOMER, OFFICE, REVIEWERS, SIGNATORY, Account
from grants.permissions import MemberRole, Role
from grants.reviewing import actions as reviewing

MOST_BIDS = 12
"""What each reviewer has offered to read, both rounds together, with some to spare."""

GIVES_ROLES, APPROVES_ROLES = (account.key for account in ADMINISTRATORS)

NOWHERE = "LU9 9ZZ"
"""A postcode in the right form, in a district that does not exist."""


def cast_staff(world: World, *, at: datetime) -> None:
    """From `at` on: the operator makes two administrators, and these give everybody else their roles."""
    add = world.timeline.add
    for minute, account in enumerate(ADMINISTRATORS):
        add(at + timedelta(minutes=minute), _make_administrator(world, account))
    for place, account in enumerate((*OFFICE, *REVIEWERS)):
        given = at + timedelta(days=1, minutes=6 * place)
        add(given, _give_role(world, account))
        add(given + timedelta(days=1), _approve_role(world, account))
    for place, account in enumerate(REVIEWERS):
        add(at + timedelta(days=9, minutes=4 * place), _make_reviewer(world, account))


def cast_newcomer(world: World, *, at: datetime) -> None:
    """At `at` a role is given that still waits for the second administrator."""
    world.timeline.add(at, _give_role(world, NEWCOMER))


def arrive(world: World, group: Group, *, at: datetime) -> None:
    """At `at` the person who answers for a group registers it and becomes its signatory, if they have not."""

    def register(session: Session, now: datetime) -> None:
        if group.key in world.people:
            return
        person = accounts.find_or_create_person(session, email=group.email, name=group.person, now=now)
        world.people[group.key] = person.id
        taken = accounts.take_part(
            session,
            name=group.name,
            kind=group.kind,
            charity_number=group.charity_number,
            company_number=group.company_number,
            postcode=NOWHERE,
            actor=world.actor(session, group.key),
            now=now,
        )
        world.groups[group.key] = taken.organisation.id

    world.timeline.add(at, register)


def invite_editor(world: World, *, at: datetime) -> None:
    """At `at` the known signatory registers and invites the known editor, who accepts the next morning."""

    def invite(session: Session, now: datetime) -> None:
        joining = accounts.invite(
            session,
            organisation_id=world.groups[SIGNATORY.key],
            email=EDITOR.email,
            role=MemberRole.EDITOR,
            actor=world.actor(session, SIGNATORY.key),
            now=now,
        )
        world.timeline.add(now + timedelta(hours=15), accept(joining.id))

    def accept(joining_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            _meet(session, world, EDITOR, now=now)
            actor = world.actor(session, EDITOR.key)
            accounts.answer_invitation(session, joining_id=joining_id, agrees=True, actor=actor, now=now)

        return deed

    arrive(world, groups()[SIGNATORY.key], at=at)
    world.timeline.add(at + timedelta(minutes=25), invite)


def _make_administrator(world: World, account: Account) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        person_id = _meet(session, world, account, now=now)
        role = _role_of(account)
        accounts.grant_role(session, person_id=person_id, role=role, actor=OPERATOR, now=now)
        accounts.seed_second_factor(session, person_id=person_id, actor=OPERATOR, now=now)

    return deed


def _give_role(world: World, account: Account) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        person_id = _meet(session, world, account, now=now)
        giver = world.actor(session, GIVES_ROLES)
        accounts.grant_role(session, person_id=person_id, role=_role_of(account), actor=giver, now=now)

    return deed


def _approve_role(world: World, account: Account) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        (grant,) = people.roles_of(session, world.people[account.key])
        approver = world.actor(session, APPROVES_ROLES)
        accounts.approve_role(session, grant_id=grant.id, actor=approver, now=now)
        accounts.seed_second_factor(session, person_id=grant.person_id, actor=OPERATOR, now=now)

    return deed


def _make_reviewer(world: World, account: Account) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        assert account.kind is not None  # noqa: S101 - every reviewer of the story has one
        reviewing.add_reviewer(
            session,
            person_id=world.people[account.key],
            kind=account.kind,
            organisation_id=_employer(session, world, account, now=now),
            most_bids=MOST_BIDS,
            actor=world.actor(session, "manager"),
            now=now,
        )

    return deed


def _employer(session: Session, world: World, account: Account, *, now: datetime) -> int | None:
    """The organisation that a reviewer works for, whose bids they will not be given."""
    if not account.group:
        return None
    group = groups()[account.group]
    organisation = accounts.find_or_create_organisation(
        session,
        name=group.name,
        kind=group.kind,
        charity_number=group.charity_number,
        company_number=group.company_number,
        actor=world.actor(session, "manager"),
        now=now,
    )
    return organisation.id


def _meet(session: Session, world: World, account: Account, *, now: datetime) -> int:
    person = accounts.find_or_create_person(session, email=account.email, name=account.name, now=now)
    world.people[account.key] = person.id
    return person.id


def _role_of(account: Account) -> Role:
    assert account.role is not None  # noqa: S101 - only people of the council and the panel come here
    return account.role
