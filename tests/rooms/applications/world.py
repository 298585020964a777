"""A small world to write bids in: the Luton fund, a lead organisation, its people, strangers and staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications import actions, queries
from grants.applications.actions import Asked
from grants.applications.facts import BudgetLine, PartnerEntry
from grants.applications.models import Application, Version
from grants.permissions import Actor, MemberRole, Role, service
from grants.programme import actions as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from tests.papers import send_required
from tests.remembering import remembered
from tests.unit.applications.bids import PAGES, fund

OPERATOR = service("command line")
OPEN = datetime(2021, 12, 10, 12, 0, tzinfo=UTC)
CLOSES = datetime(2022, 1, 28, 17, 0, tzinfo=UTC)
AFTER = CLOSES + timedelta(hours=1)


@dataclass
class World:
    """Ids and actors of everybody a test speaks of."""

    session: Session
    round: Round
    definition: FundDefinition
    lead_id: int
    person_ids: dict[str, int] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """'signatory', 'editor', 'viewer', 'stranger', 'manager' or 'auditor', as they stand now."""
        return people.actor_for(self.session, self.person_ids[name])


@remembered
def build(session: Session, definition: FundDefinition | None = None) -> World:
    """The fund loaded, an organisation with three people, a stranger with another one, and staff."""
    definition = definition or fund()
    loaded = programme.load_fund(
        session, definition=definition, actor=OPERATOR, now=OPEN - timedelta(days=30)
    )
    lead_id = organisation(session, "Marsh Farm Outreach", charity_number="1123126")
    world = World(session, loaded.round, definition, lead_id)
    for name, role in (
        ("signatory", MemberRole.SIGNATORY),
        ("editor", MemberRole.EDITOR),
        ("viewer", MemberRole.VIEWER),
    ):
        join(world, name, lead_id, role)
    join(
        world,
        "stranger",
        organisation(session, "Another group", charity_number="1123127"),
        MemberRole.SIGNATORY,
    )
    for name, held in (("manager", Role.MANAGER), ("auditor", Role.AUDITOR), ("chair", Role.CHAIR)):
        world.person_ids[name] = person(session, name)
        accounts.grant_role(session, person_id=world.person_ids[name], role=held, actor=OPERATOR, now=OPEN)
    session.flush()
    return world


def person(session: Session, name: str) -> int:
    """A person called after their part."""
    made = accounts.find_or_create_person(
        session, email=f"{name}@example.org", name=f"{name.capitalize()} Person", now=OPEN
    )
    return made.id


def organisation(
    session: Session,
    name: str,
    kind: OrganisationKind = OrganisationKind.REGISTERED_CHARITY,
    charity_number: str | None = None,
) -> int:
    """An organisation without people."""
    made = accounts.find_or_create_organisation(
        session, name=name, kind=kind, charity_number=charity_number, actor=OPERATOR, now=OPEN
    )
    return made.id


def join(world: World, name: str, organisation_id: int, role: MemberRole) -> None:
    """A new person of that name who belongs to the organisation."""
    world.person_ids[name] = person(world.session, name)
    accounts.add_member(
        world.session,
        organisation_id=organisation_id,
        person_id=world.person_ids[name],
        role=role,
        actor=OPERATOR,
        now=OPEN,
    )


def eligible(definition: FundDefinition) -> dict[str, bool]:
    """The eligibility answers that pass."""
    return {question.key: question.pass_answer for question in definition.eligibility}


def started(world: World, *, now: datetime = OPEN) -> Application:
    """A draft, started by the editor."""
    return actions.start(
        world.session,
        round_id=world.round.id,
        lead_id=world.lead_id,
        eligibility=eligible(world.definition),
        actor=world.actor("editor"),
        now=now,
    )


SECTIONS = {section.key: PAGES[section.key] for section in fund().sections}

LINES = (
    BudgetLine("Youth worker, two days a week", "Staff and freelance workers", 1_500_000, "2022-23"),
    BudgetLine("Hall hire", "Rooms and venues", 500_050, "2023-24"),
)

PARTNER = PartnerEntry(
    name="The Hive",
    kind=OrganisationKind.CONSTITUTED_GROUP,
    contact_name="Ada Partner",
    contact_email="ada@hive.example",
    role="Runs the Thursday evenings",
    share=800_050,
)


def write_all(
    world: World, application: Application, *, now: datetime = OPEN, partner: PartnerEntry = PARTNER
) -> None:
    """Fill in the whole form: two themes addressed, one partner with a share, everything adding up."""
    editor, session, bid_id = world.actor("editor"), world.session, application.id
    for key, answers in SECTIONS.items():
        actions.save_section(session, application_id=bid_id, key=key, answers=answers, actor=editor, now=now)
    for n, theme in enumerate(world.definition.rubric.theme_keys):
        strands = {strand: f"What we do about {strand}." for strand in world.definition.rubric.strand_keys}
        answers = {"addressed": "yes", **strands} if n < 2 else {"addressed": "no"}
        actions.save_section(
            session, application_id=bid_id, key=f"theme:{theme}", answers=answers, actor=editor, now=now
        )
    actions.save_budget(session, application_id=bid_id, lines=LINES, actor=editor, now=now)
    actions.save_partners(
        session, application_id=bid_id, partners=[partner], lead_share=1_200_000, actor=editor, now=now
    )
    send_required(session, application, world.definition, actor=editor, now=now)


def confirm(session: Session, asked: Sequence[Asked], *, now: datetime = OPEN) -> None:
    """Every partner that was asked says yes."""
    for one in asked:
        actions.answer_consent(session, token=one.token, agrees=True, name="Ada Partner", now=now)


def complete(world: World, *, now: datetime = OPEN) -> Application:
    """A draft with nothing missing."""
    application = started(world, now=now)
    write_all(world, application, now=now)
    asked = actions.ask_partners(
        world.session, application_id=application.id, actor=world.actor("editor"), now=now
    )
    confirm(world.session, asked, now=now)
    return queries.application(world.session, application.id)


def sent(world: World, *, now: datetime = OPEN) -> Version:
    """A bid that has been submitted."""
    application = complete(world, now=now)
    return actions.submit(
        world.session, application_id=application.id, declared=True, actor=world.actor("signatory"), now=now
    )
