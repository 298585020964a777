"""Scoring a practice bid, and opening how the panel scored it. Nothing here touches a bid or a result."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import NotFound, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.scoring import policy, practising, rules
from grants.scoring.models import PracticeReveal, PracticeSheet
from grants.scoring.states import SHEET, SheetState


def open_practice(session: Session, *, round_id: int, actor: Actor, now: datetime) -> PracticeSheet:
    """Start the actor's practice sheet of a round, or give back the one that is there. Raises NotAllowed."""
    round_ = programme.locked(session, round_id)
    require(policy.may_practise(session, actor, round_))
    sheet = practising.sheet_of(session, round_id=round_id, person_id=actor.person_id)
    if sheet is not None:
        return sheet
    sheet = PracticeSheet(
        round_id=round_id, person_id=actor.person_id, state=SHEET.initial, cells={}, notes={}, started_at=now
    )
    session.add(sheet)
    session.flush()
    audit.record(session, actor, "practice.started", sheet, now=now, round_id=round_id)
    return sheet


def save_practice(
    session: Session,
    *,
    sheet_id: int,
    theme: str,
    scores: Mapping[str, int],
    why: str,
    version: int,
    actor: Actor,
    now: datetime,
    window: str = "",
) -> PracticeSheet:
    """Save what the reviewer gives one theme of the practice bid: `scores` by strand, as many as they have.

    `version` and `window` as in `save_theme`. Raises NotAllowed, NotFound, Stale or RuleBroken.
    """
    sheet, round_ = _draft(session, sheet_id, version=version, actor=actor, window=window)
    definition = programme.definition_of(round_)
    if theme not in practising.themes(definition):
        raise NotFound("The practice bid says nothing about this theme.")
    require_no(rules.faults_of_theme(definition.rubric, scores, why))
    sheet.cells = {**sheet.cells, theme: dict(scores)}
    sheet.notes = {**sheet.notes, theme: why.strip()}
    sheet.saved_in = window
    session.flush()
    audit.record(session, actor, "practice.saved", sheet, now=now, cells=len(scores))
    return sheet


def lock_practice(
    session: Session, *, sheet_id: int, version: int, actor: Actor, now: datetime
) -> PracticeSheet:
    """Lock a practice sheet: its reviewer now sees the panel's answer. Locking it again changes nothing.

    Raises NotAllowed, Stale, or RuleBroken with every theme that lacks a score.
    """
    sheet = practising.sheet_for_update(session, sheet_id)
    if sheet.state is SheetState.LOCKED and sheet.person_id == actor.person_id:
        return sheet
    sheet, round_ = _draft(session, sheet_id, version=version, actor=actor)
    definition = programme.definition_of(round_)
    if lacking := practising.missing(definition, sheet):
        names = ", ".join(definition.rubric.theme(key).name for key in lacking)
        raise RuleBroken(f"Give a score in every part first: {names}.")
    sheet.state, sheet.locked_at = SHEET.next(sheet.state, "lock"), now
    session.flush()
    audit.record(session, actor, "practice.locked", sheet, now=now, round_id=sheet.round_id)
    return sheet


def reveal_practice(session: Session, *, round_id: int, actor: Actor, now: datetime) -> PracticeReveal:
    """Open how the panel scored the practice bid to those who have locked theirs. Raises NotAllowed."""
    round_ = programme.locked(session, round_id)
    require(policy.may_reveal_practice(session, actor, round_))
    found = practising.reveal_of(session, round_id)
    if found is not None:
        return found
    reveal = PracticeReveal(round_id=round_id, opened_by_id=actor.person_id, opened_at=now)
    session.add(reveal)
    session.flush()
    audit.record(session, actor, "practice.revealed", round_, now=now)
    return reveal


def _draft(
    session: Session, sheet_id: int, *, version: int, actor: Actor, window: str = ""
) -> tuple[PracticeSheet, Round]:
    sheet = practising.sheet_for_update(session, sheet_id)
    round_ = programme.round_by_id(session, sheet.round_id)
    require(policy.may_fill_practice(session, actor, round_, sheet))
    if sheet.state is SheetState.LOCKED:
        raise RuleBroken("Your practice scores are locked.")
    if sheet.version != version and not (window and window == sheet.saved_in):
        raise Stale("You changed this practice sheet in another window since you opened this page.")
    return sheet, round_
