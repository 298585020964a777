"""The ranked bids that the funding line runs through, where the pot stands, and scenarios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, defer

from grants.accounts.models import Person
from grants.allocations import identity
from grants.allocations.groups import About, Taking
from grants.allocations.identity import Budget
from grants.allocations.models import Scenario
from grants.allocations.rules import Candidate, Line, draw_line, draw_line_with_skip
from grants.allocations.states import MADE, ScenarioState
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.audit.rules import canonical
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.panels.queries import BEFORE_THE_PANEL, TAKES_FROM_THE_POT, DecisionRow
from grants.panels.rules import PotPosition
from grants.panels.states import FUNDED
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs
from grants.scoring.models import Result

AT_ONCE = 1000
"""How many versions of bids are looked up in one statement."""


@dataclass(frozen=True)
class Proposal:
    """The line as it runs now, with the rows it runs through by bid id, and the line with skip beside it."""

    line: Line
    skip: Line
    rows: dict[int, DecisionRow]
    pot: PotPosition
    in_review: int
    """How many bids the line leaves out because their reviews are not finished."""


def hidden_on_line(session: Session, found: Proposal, *, person_id: int | None, round_id: int) -> list[str]:
    """References of bids that the line runs through and that are hidden from the person.

    Where it runs, and whom it leaves out, would tell where they stand.
    """
    hidden = hidden_refs(session, person_id or 0, round_id)
    return [ref for bid, ref in hidden.items() if bid in found.rows]


def proposal(session: Session, round_: Round) -> Proposal:
    """Where the line runs through ranked bids that have no decision yet, with what the pot has left."""
    rows = panels.all_decisions(session, round_.id)
    undecided = [row for row in rows if row.total is not None and row.stage is Stage.SCORED]
    pot = panels.pot_position(session, round_)
    candidates = [
        Candidate(row.application_id, row.ask, row.total) for row in undecided if row.total is not None
    ]
    return Proposal(
        line=draw_line(candidates, pot.left),
        skip=draw_line_with_skip(candidates, pot.left),
        rows={row.application_id: row for row in undecided},
        pot=pot,
        in_review=sum(row.stage is Stage.IN_REVIEW for row in rows),
    )


def budget(session: Session, round_: Round, *, paid: int = 0) -> Budget:
    """Where the round's pot stands, by the one identity: see `grants.allocations.identity`.

    `paid` is what a later room has paid less what came back, pence. Two statements more than
    `pot_position`'s.
    """
    pot = panels.pot_position(session, round_)
    waits = (
        select(func.coalesce(func.sum(Decision.amount), 0))
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_.id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.released_at.is_(None),
            Decision.countersign_needed.is_(True),
            Decision.countersigned_at.is_(None),
        )
    )
    return identity.budget(
        pot=pot.pot + pot.overrides,
        committed=pot.released,
        decided=pot.decided,
        held=int(session.scalar(waits) or 0),
        paid=paid,
    )


@dataclass(frozen=True)
class Standing:
    """A round's bids before the panel as a scenario sees them: those that wait, by rank, and those funded.

    Amounts in pence. `waiting` rows are (id, ref, rank, ask, least, exact total, version); `funded` are
    (id, amount, version).
    """

    left: int
    waiting: tuple[tuple[int, str, int, int, int, str, int], ...]
    funded: tuple[tuple[int, int, int], ...]
    unreleased: tuple[int, ...]
    """Those of the funded whose decision nobody outside the panel knows."""
    fingerprint: str

    def digest(self, settings: Mapping[str, Any]) -> str:
        """SHA-256 (hex) of all that a scenario with these settings is made of."""
        facts = [self.left, self.waiting, self.funded, self.fingerprint, dict(settings)]
        return sha256(canonical(facts)).hexdigest()

    @property
    def version_ids(self) -> dict[int, int]:
        """The sent version of every bid, by bid id."""
        return {row[0]: row[-1] for row in self.waiting} | {row[0]: row[-1] for row in self.funded}


def standing(session: Session, round_: Round) -> Standing:
    """How the round stands now: one statement beside the pot's, however many bids."""
    rows = session.execute(_before_the_panel(round_.id)).all()
    return Standing(
        left=panels.pot_position(session, round_).left,
        waiting=tuple(
            (row.id, row.ref, row.rank, row.ask, row.least_amount or row.ask, row.total, row[5] or 0)
            for row in rows
            if row.stage is Stage.SCORED and row.total
        ),
        funded=tuple(
            (row.id, row.amount, row[5] or 0)
            for row in rows
            if row.stage in TAKES_FROM_THE_POT and row.outcome in FUNDED
        ),
        unreleased=tuple(
            row.id
            for row in rows
            if row.stage is Stage.DECIDED and row.outcome in FUNDED and row.released_at is None
        ),
        fingerprint=round_.fingerprint,
    )


def _before_the_panel(round_id: int) -> Select[*tuple[Any, ...]]:
    """Bids by rank with their score and the panel's decision, columns alone."""
    ranks = func.rank().over(order_by=(Result.sort_key.is_(None), Result.sort_key.desc()))
    return (
        select(
            Application.id,
            Application.ref,
            Application.ask,
            Application.least_amount,
            Application.stage,
            Application.current_version_id,
            Result.total,
            Decision.outcome,
            Decision.amount,
            Decision.released_at,
            ranks.label("rank"),
        )
        .outerjoin(Result, Result.application_id == Application.id)
        .outerjoin(Decision, and_(Decision.application_id == Application.id, Decision.replaced_at.is_(None)))
        .where(
            Application.round_id == round_id,
            Application.stage.in_((*BEFORE_THE_PANEL, *TAKES_FROM_THE_POT)),
        )
        .order_by(Result.sort_key.is_(None), Result.sort_key.desc(), Application.ref)
    )


def abouts(session: Session, found: Standing) -> dict[int, About]:
    """What each bid's sent version says of whom its money reaches, by bid id."""
    versions = found.version_ids
    content: dict[int, Any] = {}
    parts = ("claims", "places", "priorities", "lead", "lead_share", "ask", "partners")
    columns = [Version.content[part].label(part) for part in parts]
    for ids in _batches(sorted(versions.values())):
        for row in session.execute(select(Version.id, *columns).where(Version.id.in_(ids))):
            content[row.id] = row._mapping
    leads = dict(session.execute(select(Application.id, Application.lead_id).where(_in_round(found))).all())
    return {bid: _about(leads[bid], content.get(version) or {}) for bid, version in versions.items()}


def _in_round(found: Standing) -> Any:
    first = next(iter(found.version_ids), 0)
    round_id = select(Application.round_id).where(Application.id == first).scalar_subquery()
    return Application.round_id == round_id


def _about(lead_id: int, content: Mapping[str, Any]) -> About:
    lead, partners = content.get("lead") or {}, content.get("partners") or []
    numbers = [lead.get("charity_number"), lead.get("company_number")]
    share = content.get("lead_share") if partners else content.get("ask")
    takings = [Taking((f"id {lead_id}", *_marks(lead.get("name"), *numbers)), share or 0)]
    takings += [
        Taking(marks, one.get("share") or 0)
        for one in partners
        if (marks := _marks(one.get("name"), one.get("number")))
    ]
    return About(
        themes=tuple(content.get("claims") or ()),
        wards=tuple(content.get("places") or ()),
        priorities=tuple(content.get("priorities") or ()),
        takings=tuple(takings),
    )


def _marks(name: str | None, *numbers: str | None) -> tuple[str, ...]:
    """By what an organisation is known again: its numbers, else its name, case and spaces aside."""
    known = tuple(f"number {''.join(number.split()).upper()}" for number in numbers if number)
    return known or ((f"name {' '.join(name.split()).casefold()}",) if name else ())


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def scenarios(session: Session, round_id: int, *, number: int = 1) -> Page[tuple[Scenario, str]]:
    """The round's scenarios, the newest first, each with who asked for it; without their results."""
    rows = _scenarios(round_id).add_columns(Person.name).join(Person, Person.id == Scenario.requested_by_id)
    return paginate(session, rows, number=number)


def made(session: Session, round_id: int, *, most: int = 30) -> list[tuple[int, str, ScenarioState]]:
    """Id, name and state of the last scenarios that were worked out, the newest first."""
    rows = session.execute(
        select(Scenario.id, Scenario.name, Scenario.state)
        .where(Scenario.round_id == round_id, Scenario.state.in_(MADE))
        .order_by(Scenario.id.desc())
        .limit(most)
    )
    return [(row.id, row.name, row.state) for row in rows]


def _scenarios(round_id: int) -> Select[Any]:
    return (
        select(Scenario)
        .options(defer(Scenario.results, raiseload=True))
        .where(Scenario.round_id == round_id)
        .order_by(Scenario.id.desc())
    )


def scenario_by_id(session: Session, scenario_id: int) -> Scenario:
    """One scenario with its results. Raises NotFound."""
    found = session.get(Scenario, scenario_id)
    if found is None:
        raise NotFound("There is no such scenario.")
    return found


def scenario_in(session: Session, round_id: int, scenario_id: int) -> Scenario | None:
    """One scenario of this round, if there is such a one."""
    return session.scalar(select(Scenario).where(Scenario.round_id == round_id, Scenario.id == scenario_id))


def scenario_for_update(session: Session, scenario_id: int) -> Scenario:
    """One scenario, held against other writers. Raises NotFound."""
    found = held(session, Scenario, scenario_id)
    if found is None:
        raise NotFound("There is no such scenario.")
    return found


def decision_versions(session: Session, round_id: int) -> dict[int, int]:
    """The version of every decision recorded in a round, whether or not it stands, by bid id."""
    rows = session.execute(
        select(Decision.application_id, Decision.version)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.round_id == round_id, Decision.replaced_at.is_(None))
    )
    return {row.application_id: row.version for row in rows}


def titles(session: Session, round_id: int) -> dict[int, str]:
    """What every bid of a round is called, by id. One statement."""
    rows = session.execute(select(Application.id, Application.title).where(Application.round_id == round_id))
    return {row.id: row.title for row in rows}


def decided(session: Session, round_id: int) -> dict[int, int]:
    """What the panel has decided, pence by bid id; nothing of bids that still wait. One statement."""
    rows = session.execute(
        select(Decision.application_id, Decision.amount)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage.not_in(BEFORE_THE_PANEL),
            Decision.replaced_at.is_(None),
        )
    )
    return {row.application_id: row.amount for row in rows}
