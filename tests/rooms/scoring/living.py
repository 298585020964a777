"""The deeds of `life`, each done on paper and to a real database at once."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications import actions as applications
from grants.core.db import db, unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.panels.states import Outcome
from grants.permissions import MemberRole, Role
from grants.programme.definition import FundDefinition
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment, Conflict
from grants.scoring import actions, history, queries
from grants.scoring.models import Reopening, Sheet
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import life as paper
from tests.rooms.scoring.life import Life

R = TypeVar("R", Assignment, Conflict, Sheet)

PEOPLE = ("rosa", "cem", "vera", "deputy")
"""Two citizens, somebody of a voluntary group, and a chair who reviews."""

CITIZENS = ("rosa", "cem")
THEMES = ("youth", "housing")


def new_life() -> Life:
    """Nobody has been assigned yet."""
    return Life(THEMES, {name: paper.Seat(citizen=name in CITIZENS) for name in PEOPLE})


@cache
def small_fund() -> FundDefinition:
    """Two themes and two reviews a bid: a life takes the same turns, and there is less to fill in."""
    fund = p.fund(reviews=paper.REVIEWS)
    rubric = replace(
        fund.rubric,
        themes=tuple(theme for theme in fund.rubric.themes if theme.key in THEMES),
        cells=tuple(cell for cell in fund.rubric.cells if cell.theme in THEMES),
    )
    return replace(fund, rubric=rubric)


class Town:
    """The app on one SQLite file with one bid in review, put back as it was whenever a life begins anew."""

    def __init__(self, app: Flask, path: Path) -> None:
        self.app, self._path, self._kept = app, path, path.with_suffix(".kept")
        with app.app_context(), unit_of_work() as session:
            self.panel = p.build(session, definition=small_fund())
            p.make_reviewer(self.panel, "deputy")
            bid = self.panel.bids[0]
            self.bid_id, self.round_id = bid.id, bid.round_id
            for name in ("signatory", "admin"):
                self.panel.person_ids[name] = w.person(session, name)
            ids = self.panel.person_ids
            accounts.add_member(
                session, organisation_id=bid.lead_id, person_id=ids["signatory"], role=MemberRole.SIGNATORY,
                actor=w.OPERATOR, now=p.NOW,
            )  # fmt: skip
            accounts.grant_role(
                session, person_id=ids["admin"], role=Role.ADMINISTRATOR, actor=w.OPERATOR, now=p.NOW
            )
        with app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._copy(self._path, self._kept)

    def put_back(self) -> None:
        """As it was in the beginning."""
        self._copy(self._kept, self._path)

    def _copy(self, source: Path, target: Path) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in target.parent.glob(f"{target.name}-*"):
            leftover.unlink()
        shutil.copyfile(source, target)


@dataclass(frozen=True)
class Deed:
    """One deed under way: whose records it finds, and when it is done."""

    town: Town
    session: Session
    now: datetime

    def by(self, name: str) -> dict[str, Any]:
        """Who does it, and when."""
        return {"actor": people.actor_for(self.session, self.id_of(name)), "now": self.now}

    def id_of(self, name: str) -> int:
        """The person's id."""
        return self.town.panel.person_ids[name]

    def of(self, name: str, model: type[R]) -> R:
        """The person's assignment, conflict or sheet."""
        mine = {"application_id": self.town.bid_id, "person_id": self.id_of(name)}
        return self.session.scalars(select(model).filter_by(**mine)).one()

    def reopening_of(self, name: str) -> Reopening:
        """What waits for the person's sheet to be opened again."""
        found = history.waiting_reopening(self.session, self.of(name, Sheet).id)
        assert found is not None
        return found


@dataclass
class Pair:
    """A life on paper, and the town where the same is done."""

    town: Town
    life: Life
    moved: bool = True
    """Whether anything was done since the rows were compared: a refused deed is rolled back whole."""

    def both(self, allowed: bool, deed: Callable[[Deed], object]) -> None:
        """Do it in the town in a transaction of its own: it is refused exactly where paper refuses it."""
        try:
            with self.town.app.app_context(), unit_of_work() as session:
                deed(Deed(self.town, session, p.NOW + timedelta(minutes=self.life.moment)))
            done = True
        except (NotAllowed, RuleBroken):
            done = False
        self.life.moment += 1
        self.moved = self.moved or done
        assert done is allowed


# --- deeds


def swap(pair: Pair, off: str, on: str) -> None:
    """The manager changes the team."""
    pair.both(
        paper.swap(pair.life, off, on),
        lambda d: reviewing.swap(
            d.session, application_id=pair.town.bid_id, off=d.id_of(off) if off else None,
            on=d.id_of(on) if on else None, reason="So.", **d.by("manager"),
        ),
    )  # fmt: skip


def decline(pair: Pair, name: str) -> None:
    """A reviewer gives the bid back."""
    if pair.life.seats[name].task:
        pair.both(
            paper.decline(pair.life, name),
            lambda d: reviewing.decline(
                d.session, assignment_id=d.of(name, Assignment).id, reason="Ill.", **d.by(name)
            ),
        )


def retire(pair: Pair, name: str) -> None:
    """A reviewer leaves the panel."""
    pair.both(
        paper.retire(pair.life, name),
        lambda d: reviewing.retire(d.session, person_id=d.id_of(name), reason="Moves.", **d.by("manager")),
    )


def clear(pair: Pair, name: str) -> None:
    """A reviewer has no conflict."""
    _declare(pair, name, paper.clear(pair.life, name), conflict=False)


def declare(pair: Pair, name: str) -> None:
    """A reviewer has one."""
    _declare(pair, name, paper.declare(pair.life, name), conflict=True)


def _declare(pair: Pair, name: str, allowed: bool, *, conflict: bool) -> None:
    if not pair.life.seats[name].task:
        return
    pair.both(
        allowed,
        lambda d: reviewing.declare(
            d.session, assignment_id=d.of(name, Assignment).id, conflict=conflict,
            reason="My sister." if conflict else "", **d.by(name),
        ),
    )  # fmt: skip


def record(pair: Pair, name: str, by: str) -> None:
    """Somebody puts a conflict on record."""
    pair.both(
        paper.record(pair.life, name, by),
        lambda d: reviewing.record_conflict(
            d.session, person_id=d.id_of(name), application_id=pair.town.bid_id, reason="Seen.", **d.by(by)
        ),
    )


def settle(pair: Pair, name: str, deed: str, by: str) -> None:
    """A conflict is confirmed, rejected or pinned."""
    pair.both(
        paper.settle(pair.life, name, deed, by),
        lambda d: reviewing.settle_conflict(
            d.session, conflict_id=d.of(name, Conflict).id, deed=deed, reason="We asked.", **d.by(by)
        ),
    )


def lift(pair: Pair, name: str) -> None:
    """An administrator lifts a pin."""
    pair.both(
        paper.lift(pair.life, name),
        lambda d: reviewing.lift_pin(
            d.session, conflict_id=d.of(name, Conflict).id, reason="By mistake.", **d.by("admin")
        ),
    )


def score(pair: Pair, name: str, given: Sequence[int], *, lock: bool) -> None:
    """A reviewer opens the sheet, scores as many themes as are `given`, and perhaps locks."""
    if not pair.life.seats[name].task:
        return
    pair.both(
        paper.open_sheet(pair.life, name),
        lambda d: actions.open_sheet(d.session, assignment_id=d.of(name, Assignment).id, **d.by(name)),
    )
    for theme, value in zip(THEMES if pair.life.seats[name].sheet else (), given, strict=False):
        _write(pair, name, theme, value)
    if lock and pair.life.seats[name].sheet:
        pair.both(
            paper.lock(pair.life, name),
            lambda d: actions.lock(
                d.session, sheet_id=d.of(name, Sheet).id, version=d.of(name, Sheet).version, **d.by(name)
            ),
        )


def _write(pair: Pair, name: str, theme: str, value: int) -> None:
    strands = pair.town.panel.definition.rubric.strand_keys
    pair.both(
        paper.write(pair.life, name, theme, value),
        lambda d: actions.save_theme(
            d.session, sheet_id=d.of(name, Sheet).id, theme=theme, scores=dict.fromkeys(strands, value),
            not_addressed=False, justification="So.", version=d.of(name, Sheet).version, **d.by(name),
        ),
    )  # fmt: skip


def reopen(pair: Pair, name: str, step: str, by: str) -> None:
    """One step of a locked sheet on its way to be opened again."""
    if not pair.life.seats[name].sheet:
        return
    if step == "ask":
        pair.both(
            paper.ask_to_reopen(pair.life, name),
            lambda d: actions.ask_reopening(
                d.session, sheet_id=d.of(name, Sheet).id, reason="A slip.", **d.by(name)
            ),
        )
    elif step == "draft":
        pair.both(
            paper.draft_reopening(pair.life, name),
            lambda d: actions.draft_reopening(
                d.session, sheet_id=d.of(name, Sheet).id, reason="A slip.", **d.by("manager")
            ),
        )
    else:
        pair.both(
            paper.settle_reopening(pair.life, name, by, approve=step == "approve"),
            lambda d: actions.settle_reopening(
                d.session, reopening_id=d.reopening_of(name).id, approve=step == "approve", reason="So.",
                version=d.reopening_of(name).version, **d.by(by),
            ),
        )  # fmt: skip


def agree(pair: Pair, by: str, theme: str, strand: str, value: int) -> None:
    """A chair records an agreed score."""
    pair.both(
        paper.agree(pair.life, by, theme, strand, value),
        lambda d: actions.agree_score(
            d.session, application_id=pair.town.bid_id, theme=theme, strand=strand, score=Decimal(value),
            reason="We talked.", **d.by(by),
        ),
    )  # fmt: skip


def reaffirm(pair: Pair, by: str, one: paper.Agreed) -> None:
    """A chair says that a suspended score holds."""

    def really(d: Deed) -> None:
        standing = queries.agreed_rows(d.session, pair.town.bid_id)
        row = next(row for row in standing if (row.theme, row.strand) == (one.theme, one.strand))
        actions.reaffirm_score(d.session, agreed_id=row.id, reason="Still.", **d.by(by))

    pair.both(paper.reaffirm(pair.life, by, one), really)


def decide(pair: Pair, by: str) -> None:
    """A chair declines the bid, again if need be."""

    def really(d: Deed) -> None:
        before = decisions.decision_of(d.session, pair.town.bid_id)
        panels.decide(
            d.session, application_id=pair.town.bid_id, outcome=Outcome.DECLINE, reason="Others were better.",
            version=before.version if before else None, **d.by(by),
        )  # fmt: skip

    pair.both(paper.decide(pair.life, by), really)


def withdraw(pair: Pair) -> None:
    """The applicant takes the bid back."""
    pair.both(
        paper.withdraw(pair.life),
        lambda d: applications.withdraw(
            d.session, application_id=pair.town.bid_id, reason="No time.", **d.by("signatory")
        ),
    )
