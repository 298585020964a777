"""Two allocations side by side: which bids they do not treat alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grants.allocations import queries
from grants.allocations.outcome import WAYS, awards_in, differences
from grants.allocations.states import ScenarioState
from grants.allocations.views.blueprint import bp, seen
from grants.core.fields import Option
from grants.core.policy import require
from grants.core.web import me, needs, session
from grants.panels import policy as panels
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

PANEL = "panel"


@dataclass(frozen=True)
class Side:
    """One of the two: what it is called, its bids' references by id, and its awards in pence by id.

    What the panel has decided has no bids of its own: it is read for those of the other side.
    """

    label: str
    refs: dict[int, str]
    awards: dict[int, int]


@bp.get("/<round_ref>/compare/")
@needs(Permission.READ_ALLOCATIONS)
def compare(round_ref: str) -> ResponseReturnValue:
    """The difference between `first` and `second`: '12-best', '12-line', '12-skip', or 'panel'."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(panels.can_see_decisions(session(), me(), round_.id))
    options = _options(round_)
    chosen = [request.args.get(name, "") for name in ("first", "second")]
    known = {option.value: option.label for option in options}
    two = len(set(chosen)) == 2 and all(one in known for one in chosen)
    sides = _sides(round_, [(one, known[one]) for one in chosen]) if two else []
    refs = {id: ref for side in sides for id, ref in side.refs.items()}
    changes = differences(sides[0].awards, sides[1].awards, refs) if two else []
    return render_template(
        "allocations/compare.html",
        round=round_,
        options=options,
        chosen=chosen,
        sides=sides,
        changes=changes,
        titles=queries.titles(session(), round_.id),
    )


def _options(round_: Round) -> list[Option]:
    """Everything that can be compared, the newest first, the panel's decisions last."""
    found = [
        Option(f"{id}-{way}", f"{name} (number {id}): {label[:1].lower()}{label[1:]}")
        for id, name, state in queries.made(session(), round_.id)
        for way, label in reversed(list(WAYS.items()))
        if way != "best" or state is ScenarioState.DONE
    ]
    return [*found, Option(PANEL, "What the panel has decided")]


def _sides(round_: Round, chosen: Sequence[tuple[str, str]]) -> list[Side]:
    """Both sides. Raises NotAllowed where a bid that one runs through is hidden from the reader."""
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    sides = [_side(round_, value, label, hidden) for value, label in chosen]
    refs = {id: ref for side in sides for id, ref in side.refs.items()}
    return [side if side.refs else Side(side.label, {}, _decided(round_.id, refs)) for side in sides]


def _side(round_: Round, value: str, label: str, hidden: Mapping[int, str]) -> Side:
    if value == PANEL:
        return Side(label, {}, {})
    number, _, way = value.partition("-")
    found = seen(queries.scenario_by_id(session(), int(number)), round_, hidden)
    require(found.clear)
    bids = found.outcome.bids if found.outcome else ()
    return Side(label, {bid.id: bid.ref for bid in bids}, awards_in(bids, way))


def _decided(round_id: int, refs: Mapping[int, str]) -> dict[int, int]:
    found = queries.decided(session(), round_id)
    return {bid: pence for bid, pence in found.items() if pence and bid in refs}
