"""The score arithmetic: exact fractions from whole-number cells to a total out of 100, and who is ranked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from grants.core.clock import exact_minute
from grants.core.errors import Reason
from grants.core.money import pounds
from grants.programme.definition import Coverage, ReviewerKind, Rubric, Rules
from grants.scoring.states import Recommendation

CellKey = tuple[str, str]
"""A theme key and a strand key."""

FULL_MARKS = 100
SORT_PLACES = 30
"""Decimal places of a sort key. Two different totals whose denominators are at most 10**15 lie at least
10**-30 apart, so their keys differ and stand in the same order as the totals themselves."""

MOST_CHARACTERS = 10_000
"""Characters a justification, comment or reason may have."""


@dataclass(frozen=True)
class ScoredSheet:
    """One reviewer's sheet. `out_of_means` says that the reviewer has a confirmed or pinned conflict."""

    kind: ReviewerKind
    cells: Mapping[CellKey, int]
    locked: bool = True
    out_of_means: bool = False

    @property
    def valid(self) -> bool:
        """Whether the sheet counts towards the bid's means."""
        return self.locked and not self.out_of_means


@dataclass(frozen=True)
class Agreed:
    """The chair's agreed scores in force: whole numbers for cells, up to two decimals for themes."""

    cells: Mapping[CellKey, int] = field(default_factory=dict)
    themes: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """A bid's score: exact means, the total out of 100, and every reason why the bid has no rank.

    `total` is None where a theme that counts has no score at all.
    """

    cells: Mapping[CellKey, Fraction]
    themes: Mapping[str, Fraction]
    total: Fraction | None
    sheets: int
    citizen_sheets: int
    unranked_because: tuple[str, ...]


def counting_themes(rubric: Rubric, claims: Collection[str]) -> tuple[str, ...]:
    """The themes that count for a bid, in the rubric's order: all of them, or only those the bid claims."""
    if rubric.coverage is Coverage.ALL:
        return rubric.theme_keys
    return tuple(key for key in rubric.theme_keys if key in claims)


def claims_decide(rubric: Rubric) -> bool:
    """Whether a bid's claims decide which themes count."""
    return rubric.coverage is Coverage.CLAIMED


def cell_means(
    rubric: Rubric, themes: Sequence[str], sheets: Sequence[ScoredSheet]
) -> dict[CellKey, Fraction]:
    """The mean of each cell of `themes` over the valid sheets; a cell that none of them scored is absent."""
    means: dict[CellKey, Fraction] = {}
    for theme in themes:
        for strand in rubric.strand_keys:
            scores = [
                sheet.cells[theme, strand]
                for sheet in sheets
                if sheet.valid and (theme, strand) in sheet.cells
            ]
            if scores:
                means[theme, strand] = Fraction(sum(scores), len(scores))
    return means


def theme_score(rubric: Rubric, theme: str, cells: Mapping[CellKey, Fraction | int]) -> Fraction | None:
    """The mean of a theme's cells weighted by strand, 0 to the rubric's maximum; None if a cell is absent."""
    weighted = Fraction(0)
    weights = Fraction(0)
    for strand in rubric.strands:
        if (theme, strand.key) not in cells:
            return None
        weighted += strand.weight * cells[theme, strand.key]
        weights += strand.weight
    return weighted / weights


def total(rubric: Rubric, themes: Sequence[str], scores: Mapping[str, Fraction]) -> Fraction | None:
    """100 x sum(weight x theme / max) / sum(weight) over `themes`.

    None where there are no themes, or one of them has no score.
    """
    if not themes or any(theme not in scores for theme in themes):
        return None
    weight = {theme: rubric.theme(theme).weight for theme in themes}
    earned = sum((weight[theme] * scores[theme] for theme in themes), Fraction(0))
    return FULL_MARKS * earned / (rubric.max_score * sum(weight.values()))


def score_bid(
    *,
    rubric: Rubric,
    rules: Rules,
    claims: Collection[str],
    sheets: Sequence[ScoredSheet],
    agreed: Agreed,
) -> Score:
    """A bid's score from its sheets, the chair's agreed scores and the themes it claims.

    An agreed cell stands in for that cell's mean and an agreed theme for that theme's score, both only in
    themes that count. The bid is unranked, with every reason, while it has too few valid sheets or no total.
    """
    counting = counting_themes(rubric, claims)
    means, themes = _cells_and_themes(rubric, counting, sheets, agreed)
    valid = [sheet for sheet in sheets if sheet.valid]
    citizens = sum(sheet.kind is ReviewerKind.CITIZEN for sheet in valid)
    bid_total = total(rubric, counting, themes)
    return Score(
        cells=means,
        themes=themes,
        total=bid_total,
        sheets=len(valid),
        citizen_sheets=citizens,
        unranked_because=tuple(_why_unranked(rules, len(valid), citizens, counting, bid_total)),
    )


def _cells_and_themes(
    rubric: Rubric, counting: Sequence[str], sheets: Sequence[ScoredSheet], agreed: Agreed
) -> tuple[dict[CellKey, Fraction], dict[str, Fraction]]:
    means = cell_means(rubric, counting, sheets)
    means |= {key: Fraction(score) for key, score in agreed.cells.items() if key[0] in counting}
    themes = {}
    for theme in counting:
        value = agreed.themes.get(theme, theme_score(rubric, theme, means))
        if value is not None:
            themes[theme] = value
    return means, themes


def total_of_sheets(
    rubric: Rubric, counting: Sequence[str], sheets: Sequence[ScoredSheet], agreed: Agreed
) -> Fraction | None:
    """The total that these sheets alone would give, however few they are; None where a theme has no score."""
    return total(rubric, counting, _cells_and_themes(rubric, counting, sheets, agreed)[1])


def _why_unranked(
    rules: Rules, sheets: int, citizens: int, counting: Sequence[str], bid_total: Fraction | None
) -> list[str]:
    wanted = (
        (sheets, rules.minimum_reviews_to_rank, "review"),
        (citizens, rules.citizen_reviews_per_bid, "citizen review"),
    )
    why = [
        f"{there} of {_count(needed, noun)} locked and valid so far."
        for there, needed, noun in wanted
        if there < needed
    ]
    if not counting:
        why.append("The bid claims none of the fund’s themes.")
    elif bid_total is None and not why:
        why.append("A theme that counts has no score.")
    return why


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def points_so_far(rubric: Rubric, claims: Collection[str], cells: Mapping[CellKey, int]) -> Fraction:
    """A reviewer's running total out of 100: cells not scored yet earn nothing. 0 where no theme counts."""
    counting = counting_themes(rubric, claims)
    filled = {
        (theme, strand): cells.get((theme, strand), 0) for theme in counting for strand in rubric.strand_keys
    }
    themes = {theme: theme_score(rubric, theme, filled) or Fraction(0) for theme in counting}
    return total(rubric, counting, themes) or Fraction(0)


def weight_in_total(rubric: Rubric, counting: Sequence[str], theme: str, strand: str) -> Fraction:
    """How many points of the total one step of the scale in this cell is worth."""
    strands = sum((one.weight for one in rubric.strands), Fraction(0))
    themes = sum((rubric.theme(key).weight for key in counting), Fraction(0))
    share = next(one.weight for one in rubric.strands if one.key == strand) / strands
    return FULL_MARKS * rubric.theme(theme).weight / themes * share / rubric.max_score


def why_unsettled(changes_due: datetime | None, *, outdated: bool) -> str:
    """Why no sheet of the bid can be locked, whatever it holds: all locked sheets score one text. '' if none.

    `changes_due` is until when the applicant has been asked for changes; `outdated` that the sheet was
    started on an older version.
    """
    if changes_due is not None:
        return (
            f"The applicant has been asked for changes until {exact_minute(changes_due)}. "
            "You can lock your sheet once they are sent or that time has passed."
        )
    if outdated:
        return "The bid has changed since you started. Read what changed and go on with the new version."
    return ""


def blockers_to_lock(
    rubric: Rubric, claims: Collection[str], cells: Collection[CellKey], reasoned: Collection[str]
) -> list[Reason]:
    """What a sheet still lacks before it can be locked, theme by theme; `place` is the theme's key, a slash,
    and the strand of the first score that is missing or 'justification'.

    `reasoned` are the themes that have a written justification or need none.
    """
    reasons = []
    for key in counting_themes(rubric, claims):
        name = rubric.theme(key).name
        missing = [strand for strand in rubric.strand_keys if (key, strand) not in cells]
        if missing:
            more = _count(len(missing), "more score")
            text = f"{name}: give {more}, or say that the bid does not address it."
            reasons.append(Reason(text, f"{key}/{missing[0]}"))
        if key not in reasoned:
            reasons.append(Reason(f"{name}: write why you gave these scores.", f"{key}/justification"))
    return reasons


@dataclass(frozen=True)
class Overall:
    """What a reviewer says of the bid as a whole. `amount` in pence, None where none is named."""

    comment: str = ""
    recommendation: Recommendation | None = None
    amount: int | None = None
    reason: str = ""


def faults_of_overall(overall: Overall, ask: int) -> list[Reason]:
    """What is wrong with what was typed of the bid as a whole, finished or not. `ask` in pence."""
    reasons = too_long(overall.comment, "comment") + too_long(overall.reason, "reason")
    if overall.amount is not None and not 0 < overall.amount <= ask:
        reasons.append(Reason(f"The amount must be more than £0 and at most {pounds(ask)}", "amount"))
    return reasons


def unfinished_overall(overall: Overall, ask: int) -> list[Reason]:
    """What a recommendation still lacks; none need be given. `place` is the field."""
    part = overall.recommendation is Recommendation.FUND_IN_PART
    reasons = []
    if part and overall.amount is None:
        reasons.append(Reason("Recommendation: enter the amount to fund in part.", "amount"))
    if part and overall.amount is not None and overall.amount >= ask:
        reasons.append(
            Reason(f"Recommendation: a part is less than the {pounds(ask)} that is asked for.", "amount")
        )
    if overall.amount is not None and overall.amount < ask and not overall.reason.strip():
        reasons.append(Reason("Recommendation: write why you recommend this amount.", "reason"))
    if overall.amount is not None and overall.recommendation in (None, Recommendation.DECLINE):
        reasons.append(
            Reason("Recommendation: you name an amount, so recommend to fund, or take it out.", "amount")
        )
    return reasons


def faults_of_theme(rubric: Rubric, scores: Mapping[str, int], justification: str) -> list[Reason]:
    """What is wrong with what was typed for one theme; `place` is the strand or 'justification'."""
    reasons = [
        Reason(f"The score must be a whole number from 0 to {rubric.max_score}", strand)
        for strand, score in scores.items()
        if strand not in rubric.strand_keys or not 0 <= score <= rubric.max_score
    ]
    return reasons + too_long(justification, "justification")


def too_long(text: str, place: str) -> list[Reason]:
    """A reason if `text` is longer than anybody will read."""
    if len(text) <= MOST_CHARACTERS:
        return []
    return [Reason(f"This must be {MOST_CHARACTERS:,} characters or fewer", place)]


def faults_of_agreed(
    rubric: Rubric, counting: Collection[str], theme: str, strand: str, score: Decimal, reason: str
) -> list[Reason]:
    """What is wrong with an agreed score for a cell, or for a theme where `strand` is empty."""
    reasons = []
    if theme not in counting or strand not in ("", *rubric.strand_keys):
        reasons.append(Reason("Select a theme that counts for this bid", "theme"))
    if (
        not score.is_finite()
        or not 0 <= score <= rubric.max_score
        or score != score.quantize(Decimal("0.01"))
    ):
        reasons.append(
            Reason(f"The score must be from 0 to {rubric.max_score}, with two decimals at most", "score")
        )
    elif strand and score != score.to_integral_value():
        reasons.append(Reason("The score of a cell must be a whole number", "score"))
    if not reason.strip():
        reasons.append(Reason("Enter the reason for the agreed score", "reason"))
    return reasons + too_long(reason, "reason")


def sort_key(value: Fraction) -> str:
    """A total from 0 to 100 as decimal text of fixed width, rounded down to `SORT_PLACES` places.

    Text order and equality are those of the exact totals for denominators up to 10**15. A denominator divides
    sheets x 100 x maximum x sum of strand weights x sum of theme weights (weights scaled to whole numbers),
    so weights of two decimals stay far below that.
    """
    scaled = value.numerator * 10**SORT_PLACES // value.denominator
    whole, decimals = divmod(scaled, 10**SORT_PLACES)
    return f"{whole:03d}.{decimals:0{SORT_PLACES}d}"
