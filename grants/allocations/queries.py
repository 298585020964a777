"""The ranked bids that the funding line runs through."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grants.allocations.rules import Candidate, Line, draw_line
from grants.applications.states import Stage
from grants.panels import queries as panels
from grants.panels.queries import DecisionRow
from grants.panels.rules import PotPosition
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs


@dataclass(frozen=True)
class Proposal:
    """The line as it runs now, with the rows it runs through by bid id."""

    line: Line
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
        rows={row.application_id: row for row in undecided},
        pot=pot,
        in_review=sum(row.stage is Stage.IN_REVIEW for row in rows),
    )
