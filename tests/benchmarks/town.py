"""What the measured pages show: an open round with bids written, sent and scored, and two full rounds."""

import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications import actions as applications
from grants.applications.facts import PartnerEntry
from grants.applications.models import Application
from grants.core.clock import now, today
from grants.core.db import unit_of_work
from grants.permissions import MemberRole, Role
from grants.programme.definition import FundDefinition, ReviewerKind
from grants.programme.fund_file import shifted
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment
from grants.reviewing.states import AssignmentState
from grants.scoring import actions as scoring
from tests.benchmarks.crowd import OPERATOR, gather
from tests.paths import PROJECT
from tests.rooms.applications import world as w
from tests.unit.applications.bids import fund

FEW, MANY, MOST = 3, 1163, 10_000
CONNECTIONS = 4
TO_SUBMIT = 40
THEME = "youth"

READERS = {
    "rosa": ReviewerKind.CITIZEN,
    "vera": ReviewerKind.VCS,
    "carl": ReviewerKind.COUNCIL,
}


@dataclass
class Town:
    """Where everything is: people by name, addresses of bids and rounds."""

    people: Mapping[str, int]
    open_round: str
    drafts: tuple[str, ...]
    """One a connection, so that no two of them write on the same page."""
    scored: tuple[str, ...]
    """Bids in review that 'rosa' has begun to score, one a connection."""
    to_submit: tuple[str, ...]
    rounds: dict[int, str] = field(default_factory=dict)
    """Full rounds by the number of their bids."""


def words(count: int, about: str) -> str:
    """A text of exactly so many words, the same for the same `about`: the fund's own words, shuffled."""
    known = " ".join([*fund().purpose, *fund().who_may_apply]).split()
    return " ".join(Random(about).choices(known, k=count))  # noqa: S311 - seeded, nothing secret


def migrate(env: Mapping[str, str]) -> None:
    """Make the database as an operator would."""
    argv = [sys.executable, "-m", "grants.cli", "migrate"]
    subprocess.run(argv, cwd=PROJECT, env=dict(env), check=True, capture_output=True)


def build(*, crowds: Collection[int], submissions: int) -> Town:
    """Everything the chosen pages need, committed."""
    definition = _open_now(fund())
    with unit_of_work() as session:
        world = w.build(session, definition)
        drafts = tuple(_draft(world) for _ in range(CONNECTIONS))
        for name in READERS:
            _make_reader(world, name)
        scored = tuple(_in_review(world) for _ in range(CONNECTIONS))
        to_submit = tuple(_finished(world, partner=_partner(number)).ref for number in range(submissions))
        town = Town(world.person_ids, world.round.ref, drafts, scored, to_submit)
    for bids in sorted(crowds):
        _tell(f"set-up: a round with {bids:,} scored bids")
        with unit_of_work() as session:
            town.rounds[bids] = _full_round(session, town, bids)
    return town


def bids_of_their_own(session: Session, count: int) -> list[tuple[str, int]]:
    """So many finished bids, each of an organisation and a signatory of its own: references and people."""
    world, found = w.build(session, _open_now(fund())), []
    for number in range(count):
        lead_id = w.organisation(session, f"Neighbourhood association number {number}")
        name = f"applicant-{number}"
        w.join(world, name, lead_id, MemberRole.SIGNATORY)
        person_id = world.person_ids[name]
        theirs = w.World(
            session,
            world.round,
            world.definition,
            lead_id,
            {"editor": person_id, "signatory": person_id},
        )
        found.append((_finished(theirs, partner=_partner(number)).ref, person_id))
    return found


def _partner(number: int) -> PartnerEntry:
    """A partner with an address of its own: one address gets only so many letters a day."""
    return replace(w.PARTNER, contact_email=f"partner-{number}@example.org")


def answers_at_the_limit(definition: FundDefinition) -> dict[str, str]:
    """The long answers of a theme, each as long as it may be."""
    return {strand.key: words(strand.word_limit or 250, strand.key) for strand in definition.rubric.strands}


def _open_now(definition: FundDefinition) -> FundDefinition:
    """The same fund with its calendar moved so that it opened ten days ago; the answers begin in 2022."""
    moved = shifted(definition, days=(today(now()) - today(definition.calendar.opens_at)).days - 10)
    return replace(moved, calendar=replace(moved.calendar, spend_from=definition.calendar.spend_from))


def _closed(definition: FundDefinition) -> FundDefinition:
    return shifted(definition, days=(today(now()) - today(definition.calendar.closes_at)).days - 1)


def _finished(world: w.World, *, partner: PartnerEntry = w.PARTNER) -> Application:
    """A draft with nothing missing and long answers in both themes that it addresses."""
    application = w.started(world, now=now())
    w.write_all(world, application, now=now(), partner=partner)
    for theme in world.definition.rubric.theme_keys[:2]:
        applications.save_section(
            world.session,
            application_id=application.id,
            key=f"theme:{theme}",
            answers={"addressed": "yes", **answers_at_the_limit(world.definition)},
            version=1,
            actor=world.actor("editor"),
            now=now(),
        )
    asked = applications.ask_partners(
        world.session, application_id=application.id, actor=world.actor("editor"), now=now()
    )
    w.confirm(world.session, asked, now=now())
    return application


def _draft(world: w.World) -> str:
    return _finished(world).ref


def _make_reader(world: w.World, name: str) -> None:
    world.person_ids[name] = w.person(world.session, name)
    accounts.grant_role(
        world.session, person_id=world.person_ids[name], role=Role.REVIEWER, actor=OPERATOR, now=now()
    )
    reviewing.add_reviewer(
        world.session,
        person_id=world.person_ids[name],
        kind=READERS[name],
        most_bids=2000,
        actor=world.actor("manager"),
        now=now(),
    )


def _in_review(world: w.World) -> str:
    """A bid that 'rosa' has begun to score: the first theme is saved with its justification."""
    session, application = world.session, _finished(world)
    applications.submit(
        session, application_id=application.id, declared=True, actor=world.actor("signatory"), now=now()
    )
    applications.send_to_review(
        session, application_id=application.id, actor=world.actor("manager"), now=now()
    )
    assignment = Assignment(
        application_id=application.id,
        person_id=world.person_ids["rosa"],
        state=AssignmentState.CLEARED,
        assigned_at=now(),
        declared_at=now(),
    )
    session.add(assignment)
    session.flush()
    _begin_scoring(world, assignment, at=now())
    return application.ref


def _begin_scoring(world: w.World, assignment: Assignment, *, at: datetime) -> None:
    rosa, strands = world.actor("rosa"), world.definition.rubric.strand_keys
    sheet = scoring.open_sheet(world.session, assignment_id=assignment.id, actor=rosa, now=at)
    scoring.save_theme(
        world.session,
        sheet_id=sheet.id,
        theme=THEME,
        scores=dict.fromkeys(strands, 3),
        not_addressed=False,
        justification=words(100, "why"),
        version=sheet.version,
        actor=rosa,
        now=at,
    )


def _full_round(session: Session, town: Town, bids: int) -> str:
    return gather(
        session,
        _closed(fund("replay")),
        bids=bids,
        readers={town.people[name]: kind for name, kind in READERS.items()},
        chair=town.people["chair"],
        now=now() - timedelta(minutes=1),
    )


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def settings_env(folder: Path, broker_url: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the measured service: production settings, one process, mail that goes nowhere."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("GRANTS_")}
    return kept | {
        "GRANTS_DATA_DIR": str(folder / "data"),
        "GRANTS_BROKER_URL": broker_url,
        "GRANTS_SMTP_URL": "smtp://127.0.0.1:9",
        "GRANTS_WEB_PROCESSES": "1",
    }
