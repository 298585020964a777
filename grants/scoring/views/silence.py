"""What a bid leaves out, told to its reviewer, so that a low score is not taken for a mistake."""

from dataclasses import dataclass
from fractions import Fraction

from grants.scoring import rules
from grants.scoring.views.blueprint import Desk


@dataclass(frozen=True)
class Silence:
    """The names of themes that count although the bid says that it leaves them out: each scores 0. `reach`
    is the most of 100 that it can still have.
    """

    themes: tuple[str, ...]
    reach: Fraction


def silence(desk: Desk) -> Silence:
    """What the bid leaves out. An imported bid came without answers, so their absence says nothing."""
    said = desk.content["themes"]
    keys = () if desk.content["not_collected"] else desk.counting
    left_out = [key for key in keys if not said.get(key, {}).get("addressed", False)]
    best = {
        (key, strand): desk.rubric.max_score
        for key in desk.counting
        if key not in left_out
        for strand in desk.rubric.strand_keys
    }
    reach = rules.points_so_far(desk.rubric, desk.content["claims"], best)
    return Silence(tuple(desk.rubric.theme(key).name for key in left_out), reach)
