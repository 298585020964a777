"""Working out a proposal in the background: the work behind one requested run. It changes no assignment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from grants.core.db import JsonDict, unit_of_work
from grants.programme import queries as programme
from grants.reviewing import ground as grounds
from grants.reviewing.actions import running, suggest_conflicts
from grants.reviewing.actions.running import Claimed, Found
from grants.reviewing.assign import Capacity, Demand, Plan, share_out
from grants.reviewing.fits import fits
from grants.reviewing.ground import Ground

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Task:
    """What is read before the sum is done: the ground, and each bid's claimed themes."""

    ground: Ground
    claims: Mapping[int, tuple[str, ...]]


def run_assignment(run_id: int, now: datetime) -> None:
    """Work out a proposal for one requested run, if nobody else has claimed it. Opens its own transactions.

    No transaction is open while the sum is done. Whatever goes wrong is written on the run, which is tried
    again by the sweep, and has failed after as many tries as `running.MOST_ATTEMPTS`.
    """
    with unit_of_work() as session:
        claimed = running.claim(session, run_id=run_id, now=now)
    if claimed is None:
        return
    try:
        found = _work_out(claimed, now=now)
    except Exception as error:  # whatever it is, the manager waits for this and must be told
        log.warning("assignment not worked out", run=run_id, attempt=claimed.attempt, error=repr(error))
        with unit_of_work() as session:
            running.put_back(session, claimed=claimed, error=type(error).__name__, now=now)
        return
    with unit_of_work() as session:
        running.propose(session, claimed=claimed, found=found, now=now)


def _work_out(claimed: Claimed, *, now: datetime) -> Found:
    _step(claimed, 1)
    with unit_of_work() as session:
        suggest_conflicts(session, round_id=claimed.round_id, now=now)
        round_ = programme.round_by_id(session, claimed.round_id)
        task = Task(grounds.read(session, round_), grounds.claims(session, round_.id))
    _step(claimed, 2)
    plan = _plan(task)
    _step(claimed, 3)
    return Found(
        basis=task.ground.digest(),
        added=plan.added,
        dropped=plan.dropped,
        summary=_summary(task, plan),
        hopeless=bool(plan.short) and not plan.added,
    )


def _step(claimed: Claimed, step: int) -> None:
    with unit_of_work() as session:
        running.note_step(session, claimed=claimed, step=step)


def _plan(task: Task) -> Plan:
    ground, claims = task.ground, task.claims
    return share_out(
        demands=[
            Demand(bid, ground.reviews, ground.citizens, frozenset(claims.get(bid, ())))
            for bid in ground.refs
        ],
        reviewers=[Capacity(one.person, one.citizen, one.most, one.expert_in) for one in ground.panel],
        standing=ground.standing,
        planned=ground.planned,
        forbidden=ground.forbidden,
        seed=ground.seed,
        fits=fits([claims.get(bid, ()) for bid in ground.refs], [one.levels for one in ground.panel]),
    )


def _summary(task: Task, plan: Plan) -> JsonDict:
    """What the preview shows, in plain numbers, references and the themes' keys."""
    ground = task.ground
    before = Counter(person for _, person in (*ground.standing, *ground.planned))
    today = {*ground.standing, *ground.planned}
    after = (today - set(plan.dropped)) | set(plan.added)
    loads = Counter(person for _, person in after)
    return {
        "added": len(plan.added),
        "dropped": len(plan.dropped),
        "kept": len(today) - len(plan.dropped),
        "reviewers": len({person for _, person in plan.added}),
        "short": [
            {"ref": ground.refs[short.bid], "reviews": short.reviews, "citizens": short.citizens}
            for short in plan.short
        ],
        "uncovered": _uncovered(ground, plan),
        "no_expert": _no_expert(task),
        "loads": [
            [one.person, before[one.person], loads[one.person], one.most]
            for one in ground.panel
            if one.most or before[one.person] or loads[one.person]
        ],
        "citizens": _citizens(ground, after),
        "lifted": {
            "worst_before": plan.lifted.worst_before,
            "worst": plan.lifted.worst,
            "before": plan.lifted.before,
            "after": plan.lifted.after,
        },
    }


def _uncovered(ground: Ground, plan: Plan) -> list[JsonDict]:
    themes: dict[int, list[str]] = {}
    for bid, theme in plan.uncovered:
        themes.setdefault(bid, []).append(theme)
    return [{"ref": ground.refs[bid], "themes": named} for bid, named in themes.items()]


def _no_expert(task: Task) -> list[str]:
    """Claimed themes in which nobody who may read bids is an expert."""
    known = {theme for one in task.ground.panel if one.most for theme in one.expert_in}
    return sorted({theme for themes in task.claims.values() for theme in themes} - known)


def _citizens(ground: Ground, pairs: set[tuple[int, int]]) -> dict[str, int]:
    """How many bids have so many citizens, by the number as text."""
    citizens = {one.person for one in ground.panel if one.citizen}
    by_bid = Counter(bid for bid, person in pairs if person in citizens)
    counted = Counter(by_bid[bid] for bid in ground.refs)
    return {str(number): counted[number] for number in sorted(counted)}
