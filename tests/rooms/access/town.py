"""A town to visit: two organisations and their people, everybody of the council, bids in every stage."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications import actions as applications
from grants.applications.answers import Given
from grants.applications.facts import BudgetLine, PartnerEntry
from grants.applications.models import Application
from grants.permissions import Actor, MemberRole, Role, service
from grants.programme import actions as programme
from grants.programme.definition import FundDefinition, ReviewerKind
from grants.programme.fund_calendar import financial_years
from grants.programme.fund_file import shifted
from grants.programme.models import Round
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment
from grants.reviewing.states import AssignmentState
from grants.scoring import actions as scoring
from tests.papers import send_required
from tests.unit.applications.bids import PAGES, fund

OPERATOR = service("command line")
STRANDS = ("hearing", "understanding", "partnership")

MEMBERS = {
    "viewer": MemberRole.VIEWER,
    "editor": MemberRole.EDITOR,
    "signatory": MemberRole.SIGNATORY,
    "chair of A": MemberRole.VIEWER,
}
"""Who belongs to organisation A. One chair of the panel is among them, with no conflict on record."""

ROLES: dict[str, tuple[Role, ...]] = {
    "reviewer": (Role.REVIEWER,),
    "undeclared": (Role.REVIEWER,),
    "conflicted": (Role.REVIEWER,),
    "unassigned": (Role.REVIEWER,),
    "colleague": (Role.REVIEWER,),
    "chair": (Role.CHAIR,),
    "chair in conflict": (Role.CHAIR,),
    "chair of A": (Role.CHAIR,),
    "manager": (Role.MANAGER,),
    "finance officer": (Role.FINANCE_OFFICER,),
    "finance approver": (Role.FINANCE_APPROVER,),
    "administrator": (Role.ADMINISTRATOR,),
    "second administrator": (Role.ADMINISTRATOR,),
    "auditor": (Role.AUDITOR,),
    "half signed in": tuple(role for role in Role if role is not Role.AUDITOR),
}
"""Staff. The one who is half signed in could do everything, but has not given the second factor."""

HIVE = PartnerEntry(
    name="The Hive",
    kind=OrganisationKind.CONSTITUTED_GROUP,
    contact_name="Ada Partner",
    contact_email="ada@hive.example",
    role="Runs the Thursday evenings",
    share=800_050,
)
GARDEN = replace(HIVE, name="The Garden", contact_email="joe@garden.example", role="Grows", share=100_000)
LINES = (
    BudgetLine("Youth worker, two days a week", "Staff and freelance workers", 1_500_000, "2022-23"),
    BudgetLine("Hall hire", "Rooms and venues", 500_050, "2023-24"),
)


@dataclass
class Town:
    """Who is who, and the values that stand in the addresses of each record.

    `records` maps a record's name in the table to what its addresses are made of. Nothing in here belongs to
    a session, so it outlives the one that the town was built in.
    """

    now: datetime
    person_ids: dict[str, int] = field(default_factory=dict)
    organisation_ids: dict[str, int] = field(default_factory=dict)
    round_ids: dict[str, int] = field(default_factory=dict)
    bid_ids: dict[str, int] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def actor(self, session: Session, name: str) -> Actor:
        """The person, as they stand now."""
        return people.actor_for(session, self.person_ids[name])


def email_of(name: str) -> str:
    """The address of a person of the town."""
    return f"{name.replace(' ', '-')}@example.org"


def title_of(name: str) -> str:
    """The title of a bid: nothing else in the town is called that."""
    return f"Titleof{name}"


def words_of(name: str) -> str:
    """What a bid answers: nobody who may not read the bid may find these words anywhere."""
    return f"Answersof{name}"


def message_of(name: str) -> str:
    """What the applicant of a bid writes to the programme team."""
    return f"Messageabout{name}"


def verdict_of(name: str) -> str:
    """How reviewers justify their scores of a bid."""
    return f"Verdicton{name}"


def hive_of(name: str) -> PartnerEntry:
    """The partner of the bid of that name, with a contact of its own: nobody is written to too often."""
    return replace(HIVE, contact_email=f"ada-{name.replace(' ', '-')}@hive.example")


def build_people(session: Session, *, now: datetime) -> Town:
    """Two organisations with their people, somebody without one, and staff."""
    town = Town(now)
    for name, number in (("A", "1123126"), ("B", "1123127")):
        made = accounts.find_or_create_organisation(
            session,
            name=f"Organisation {name}",
            kind=OrganisationKind.REGISTERED_CHARITY,
            charity_number=number,
            actor=OPERATOR,
            now=now,
        )
        town.organisation_ids[name] = made.id
        town.records[name] = {"organisation_id": made.id}
    for name in dict.fromkeys(("lone", "asker", "stranger", *MEMBERS, *ROLES)):
        person = accounts.find_or_create_person(
            session, email=email_of(name), name=f"{name.capitalize()} Person", now=now
        )
        town.person_ids[name] = person.id
    for name, member_role in MEMBERS.items():
        _join(session, town, name, "A", member_role)
    _join(session, town, "stranger", "B", MemberRole.SIGNATORY)
    for name, roles in ROLES.items():
        for role in roles:
            accounts.grant_role(session, person_id=town.person_ids[name], role=role, actor=OPERATOR, now=now)
    session.flush()
    for name in ("reviewer", "undeclared", "conflicted", "unassigned", "colleague"):
        reviewing.add_reviewer(
            session,
            person_id=town.person_ids[name],
            kind=ReviewerKind.VCS if name == "colleague" else ReviewerKind.CITIZEN,
            most_bids=100,
            actor=town.actor(session, "manager"),
            now=now,
        )
    return town


def _join(session: Session, town: Town, name: str, organisation: str, role: MemberRole) -> None:
    accounts.add_member(
        session,
        organisation_id=town.organisation_ids[organisation],
        person_id=town.person_ids[name],
        role=role,
        actor=OPERATOR,
        now=town.now,
    )


def open_round(session: Session, town: Town, name: str, *, closed: bool, **amounts: int) -> Round:
    """A round of the Luton fund that is open now, or closed some weeks ago, called `name` in the table.

    Two reviews make a bid rankable, one of them a citizen's.
    """
    luton = fund()
    days = (town.now.date() - luton.calendar.closes_at.date()).days + (-42 if closed else 21)
    definition = replace(
        shifted(luton, days=days),
        round_key=name,
        round_name=f"The {name} round",
        amounts=replace(luton.amounts, **amounts),
        rules=replace(luton.rules, reviews_per_bid=2, minimum_reviews_to_rank=2),
        review=replace(luton.review, passages=True),
    )
    opened = programme.load_fund(
        session, definition=definition, actor=OPERATOR, now=definition.calendar.opens_at - timedelta(days=1)
    ).round
    town.round_ids[name] = opened.id
    town.records[name] = {"round_ref": opened.ref, "ref": opened.ref}
    return opened


def draft(session: Session, town: Town, round_: Round, definition: FundDefinition, name: str) -> Application:
    """A bid of organisation A, everything written, its partner not asked yet."""
    editor, at = town.actor(session, "editor"), round_.opens_at + timedelta(days=2)
    bid = applications.start(
        session,
        round_id=round_.id,
        lead_id=town.organisation_ids["A"],
        eligibility={question.key: question.pass_answer for question in definition.eligibility},
        actor=editor,
        now=at,
    )
    return fill(session, town, bid, definition, name, editor=editor)


def fill(
    session: Session, town: Town, bid: Application, definition: FundDefinition, name: str, *, editor: Actor
) -> Application:
    """Everything of the bid written by `editor`."""
    at = bid.started_at
    for key, answers in _pages(definition, name).items():
        applications.save_section(
            session, application_id=bid.id, key=key, answers=answers, actor=editor, now=at
        )
    year = financial_years(definition.calendar)[0]
    lines = [replace(line, year=year) for line in LINES]
    applications.save_budget(session, application_id=bid.id, lines=lines, actor=editor, now=at)
    applications.save_partners(
        session, application_id=bid.id, partners=[hive_of(name)], lead_share=1_200_000, actor=editor, now=at
    )
    send_required(session, bid, definition, actor=editor, now=at, words=words_of(name))
    town.bid_ids[name] = bid.id
    town.records[name] = {
        "ref": bid.ref,
        "key": "summary",
        "theme": "youth",
        "strand": STRANDS[0],
        "subject_type": "application",
        "subject_id": bid.id,
    }
    return bid


def _pages(definition: FundDefinition, name: str) -> dict[str, dict[str, Given]]:
    """Answers to everything, in words of this bid's own."""
    pages = {key: dict(answers) for key, answers in PAGES.items() if key not in ("budget", "partners")}
    dates = {
        "starts_on": definition.calendar.spend_from.isoformat(),
        "ends_on": definition.calendar.spend_by.isoformat(),
    }
    pages["summary"] |= {"title": title_of(name), "summary": words_of(name), **dates}
    pages["plan"] |= {"milestones": [{"what": "Doors open", "by": dates["starts_on"]}]}
    for theme in ("youth", "housing"):
        pages[f"theme:{theme}"] |= {strand: f"{words_of(name)} {theme} {strand}" for strand in STRANDS}
    return pages


def ask(session: Session, town: Town, bid: Application) -> list[applications.Asked]:
    """Write to the bid's partners."""
    at = bid.started_at + timedelta(days=1)
    return applications.ask_partners(
        session, application_id=bid.id, actor=town.actor(session, "editor"), now=at
    )


def confirmed(session: Session, town: Town, bid: Application) -> Application:
    """The draft with its partner's consent: nothing is missing."""
    for one in ask(session, town, bid):
        applications.answer_consent(
            session, token=one.token, agrees=True, name="Ada Partner", now=bid.started_at + timedelta(days=2)
        )
    return bid


def sent(session: Session, town: Town, round_: Round, definition: FundDefinition, name: str) -> Application:
    """A bid that has been submitted, with which one of the chairs has a conflict of interest."""
    bid = confirmed(session, town, draft(session, town, round_, definition, name))
    applications.submit(
        session,
        application_id=bid.id,
        declared=True,
        actor=town.actor(session, "signatory"),
        now=bid.started_at + timedelta(days=3),
    )
    conflict = reviewing.record_conflict(
        session,
        person_id=town.person_ids["chair in conflict"],
        application_id=bid.id,
        reason="A trustee of the lead organisation.",
        actor=town.actor(session, "manager"),
        now=town.now,
    )
    town.records[f"{name}'s chair's conflict"] = {"conflict_id": conflict.id}
    return bid


def in_review(session: Session, town: Town, bid: Application, name: str, *, finished: bool) -> Application:
    """The bid with its reviewers: two who are cleared, one who has not declared, one with a conflict.

    Their sheets are locked if it is `finished`, else one is half filled in and the other locked.
    """
    applications.send_to_review(
        session, application_id=bid.id, actor=town.actor(session, "manager"), now=town.now
    )
    for person in ("reviewer", "colleague"):
        _assign(session, town, bid, person, AssignmentState.CLEARED)
    _score(session, town, bid, name, "colleague", lock=True)
    _score(session, town, bid, name, "reviewer", lock=finished)
    for person in ("undeclared", "conflicted"):
        _assign(session, town, bid, person, AssignmentState.ASSIGNED)
    reviewing.declare(
        session,
        assignment_id=_assignment(session, town, bid, "conflicted").id,
        conflict=True,
        reason="My sister works there.",
        actor=town.actor(session, "conflicted"),
        now=town.now,
    )
    return bid


def _assign(session: Session, town: Town, bid: Application, person: str, state: AssignmentState) -> None:
    session.add(
        Assignment(
            application_id=bid.id,
            person_id=town.person_ids[person],
            state=state,
            assigned_at=town.now,
            declared_at=town.now if state is AssignmentState.CLEARED else None,
        )
    )
    session.flush()


def _assignment(session: Session, town: Town, bid: Application, person: str) -> Assignment:
    return session.scalars(
        select(Assignment).where(
            Assignment.application_id == bid.id, Assignment.person_id == town.person_ids[person]
        )
    ).one()


def _score(session: Session, town: Town, bid: Application, name: str, person: str, *, lock: bool) -> None:
    actor = town.actor(session, person)
    sheet = scoring.open_sheet(
        session,
        assignment_id=_assignment(session, town, bid, person).id,
        actor=actor,
        now=town.now,
    )
    for theme in ("youth", "housing", "community", "work", "poverty") if lock else ("youth",):
        scoring.save_theme(
            session,
            sheet_id=sheet.id,
            theme=theme,
            scores=dict.fromkeys(STRANDS, 4 if person == "reviewer" else 3),
            not_addressed=False,
            justification=f"{verdict_of(name)}by{person}",
            version=sheet.version,
            actor=actor,
            now=town.now,
        )
    if lock:
        scoring.lock(session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=town.now)
