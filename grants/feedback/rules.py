"""From scores and shareable sentences to a draft of feedback, and what may never stand in it."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.core.errors import Reason
from grants.programme.definition import Feedback, Level, Rubric, Strand

CellKey = tuple[str, str]

MOST_CHARACTERS = 5_000
"""Characters that strengths, next steps or the opening may have."""

OUT_OF_DATE = (
    "Scores, or what reviewers let us quote, have changed since this was drafted. Take them up first."
)

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"“‘(]?[A-Z0-9£])|\n+")

_WISH = re.compile(
    r"\b(but|however|although|though|could|should|would (?:be|have|help|like|need)|needs?|needed|lacks?"
    r"|lacking|weakest|unclear|vague)\b",
    re.IGNORECASE,
)
"""Words by which a sentence is taken to say what was missed. They only sort a draft, which a person edits."""

_DOUBT = re.compile(
    r"\b(not|nor|cannot|missing|misses|weak|weaker|thin|little|only|without|unlikely|too)\b|n[’']t\b",
    re.IGNORECASE,
)
"""Words by which it is so taken too, unless its reviewer's score is among the highest: praise has them."""


@dataclass(frozen=True)
class Said:
    """What one reviewer wrote of a theme and marked as shareable, with their own score for the theme."""

    theme: str
    text: str
    score: Fraction | None


@dataclass(frozen=True)
class Source:
    """All that feedback on one bid is drafted from: scores of record, agreed ones among them, and `said`.

    `counting` are the themes that count, `claimed` those that the bid claims.
    """

    counting: tuple[str, ...]
    claimed: frozenset[str]
    themes: Mapping[str, Fraction]
    cells: Mapping[CellKey, Fraction]
    said: tuple[Said, ...]
    simulated: bool

    def basis(self) -> str:
        """SHA-256 of all of it: what tells a draft from one that other scores or sentences would give."""
        told = [
            self.counting,
            sorted(self.claimed),
            sorted((theme, str(score)) for theme, score in self.themes.items()),
            sorted((*place, str(score)) for place, score in self.cells.items()),
            sorted((one.theme, one.text, str(one.score)) for one in self.said),
            self.simulated,
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class ThemeDraft:
    """A theme of a draft: the score of the level it comes nearest to (None without one), and two texts of one
    thought a line.
    """

    theme: str
    band: int | None
    strengths: str
    next_steps: str


@dataclass(frozen=True)
class Draft:
    """What a drafter wrote. `left_out` is how many sentences it left out because they name a reviewer."""

    themes: tuple[ThemeDraft, ...]
    left_out: int


@dataclass(frozen=True)
class ThemePart:
    """A theme as an applicant reads it: the name of its level and that level's sentence, '' if not told."""

    name: str
    band: str
    meaning: str
    strengths: tuple[str, ...]
    next_steps: tuple[str, ...]


@dataclass(frozen=True)
class FeedbackLetter:
    """Feedback on one bid as it goes out. `simulated` says that a program filled in some of the reviews."""

    opening: str
    themes: tuple[ThemePart, ...]
    simulated: bool


@dataclass(frozen=True)
class Watch:
    """What no feedback may hold: the names of reviewers, and references of other bids of the round."""

    names: frozenset[str]
    refs: frozenset[str]

    def found_in(self, text: str) -> Iterator[str]:
        """Each of them that `text` holds, once. A name of several words counts whatever its case."""
        spaced = " ".join(text.split())
        folded = spaced.casefold()
        for name in sorted(self.names | self.refs):
            several = " " in name
            pattern = rf"(?<!\w){re.escape(name.casefold() if several else name)}(?!\w)"
            if (name.casefold() in folded) and re.search(pattern, folded if several else spaced):
                yield name


def band_of(rubric: Rubric, score: Fraction) -> Level:
    """The level whose score is nearest; of two equally near ones the higher."""
    return min(rubric.levels, key=lambda level: (abs(level.score - score), -level.score))


def strengths_from(rubric: Rubric, settings: Feedback) -> int:
    """From which score on something is a strength: the fund's setting, or the upper half of the scale."""
    return settings.strengths_from or (rubric.max_score + 1) // 2


def sentences(text: str) -> list[str]:
    """The sentences of a text, its line ends among the places where one ends."""
    return [" ".join(piece.split()) for piece in _SENTENCE_END.split(text) if piece and piece.strip()]


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text that hold something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def draft(rubric: Rubric, settings: Feedback, source: Source, watch: Watch) -> Draft:
    """A draft for every theme that counts, in the rubric's order.

    Who wrote what, and who reviewed first, does not show: what each wrote of a theme stands in an order of
    its own. Sentences that name a reviewer are left out.
    """
    themes, left_out = [], 0
    for key in source.counting:
        told, dropped = _told(
            source.said, key, watch, strong=strengths_from(rubric, settings), highest=rubric.max_score
        )
        left_out += dropped
        themes.append(_theme(rubric, settings, source, key, told))
    return Draft(tuple(themes), left_out)


def _told(
    said: Sequence[Said], theme: str, watch: Watch, *, strong: int, highest: int
) -> tuple[tuple[list[str], list[str]], int]:
    """What was said of a theme as strengths and as next steps, and how many sentences were left out."""
    strengths: list[str] = []
    steps: list[str] = []
    dropped = 0
    here = {one.text: one for one in said if one.theme == theme}
    for one in sorted(here.values(), key=lambda one: hashlib.sha256(one.text.encode()).digest()):
        good, missed = [], []
        for sentence in sentences(one.text):
            if any(watch.found_in(sentence)):
                dropped += 1
            elif _says_what_was_missed(sentence, one.score, strong=strong, highest=highest):
                missed.append(sentence)
            else:
                good.append(sentence)
        strengths += [" ".join(good)] if good else []
        steps += [" ".join(missed)] if missed else []
    return (strengths, steps), dropped


def _says_what_was_missed(sentence: str, score: Fraction | None, *, strong: int, highest: int) -> bool:
    """Whether a sentence goes to the next steps: by its words, and by its reviewer's score for the theme."""
    if score is not None and 2 * score >= strong + highest:
        return bool(_WISH.search(sentence))
    doubts = bool(_WISH.search(sentence) or _DOUBT.search(sentence))
    return doubts or (score is not None and score < strong)


def _theme(
    rubric: Rubric, settings: Feedback, source: Source, key: str, told: tuple[list[str], list[str]]
) -> ThemeDraft:
    score = source.themes.get(key)
    strengths, steps = told
    if score is not None:
        better, further = _by_strand(rubric, settings, source, key)
        strengths, steps = [*better, *strengths], [*steps, *further]
    if score == 0 and key not in source.claimed:
        steps = ["Your bid did not address this theme."]
    band = None if score is None else band_of(rubric, score).score
    return ThemeDraft(key, band, "\n".join(strengths), "\n".join(steps))


def _by_strand(rubric: Rubric, settings: Feedback, source: Source, key: str) -> tuple[list[str], list[str]]:
    """What the scores of a theme's parts say: its strong parts, and what the weakest would need."""
    scored = [
        (strand, source.cells[key, strand.key])
        for strand in rubric.strands
        if (key, strand.key) in source.cells
    ]
    if not scored:
        return [], []
    least = strengths_from(rubric, settings)
    good = [strand.name for strand, score in scored if score >= least]
    weakest, lowest = min(scored, key=lambda pair: pair[1])
    better = [f"Good here above all: {_listed(good)}."] if 0 < len(good) < len(scored) else []
    level_all_round = all(score == lowest for _, score in scored)
    return better, _further(rubric, settings, None if level_all_round else weakest, lowest)


def _further(rubric: Rubric, settings: Feedback, strand: Strand | None, score: Fraction) -> list[str]:
    """What the level above `score` would need; `strand` is the weakest part, None where all are alike."""
    higher = [level for level in rubric.levels if level.score > band_of(rubric, score).score]
    if not higher:
        return []
    following = min(higher, key=lambda level: level.score)
    where = f"Most room to grow: “{strand.name}”. " if strand else ""
    level = f", “{following.name}”," if settings.bands else ""
    return [f"{where}At the next level{level} we read this: {following.anchor}"]


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def letter(
    rubric: Rubric, settings: Feedback, *, opening: str, themes: Sequence[ThemeDraft], simulated: bool
) -> FeedbackLetter:
    """Feedback as an applicant reads it, in the rubric's order, themes without level and words left out."""
    by_key = {one.theme: one for one in themes}
    levels = {level.score: level for level in rubric.levels} if settings.bands else {}
    parts = []
    for theme in rubric.themes:
        one = by_key.get(theme.key)
        if one is None:
            continue
        level = None if one.band is None else levels.get(one.band)
        part = ThemePart(
            name=theme.name,
            band=level.name if level else "",
            meaning=level.anchor if level and level.score else "",
            strengths=lines_of(one.strengths),
            next_steps=lines_of(one.next_steps),
        )
        if part.band or part.strengths or part.next_steps:
            parts.append(part)
    return FeedbackLetter(opening.strip(), tuple(parts), simulated)


def faults(texts: Mapping[str, str], labels: Mapping[str, str], watch: Watch) -> list[Reason]:
    """What is wrong with what was typed; `place` is the key of the text, `labels` say what each is called."""
    reasons = []
    for place, text in texts.items():
        if len(text) > MOST_CHARACTERS:
            reasons.append(
                Reason(f"{labels[place]}: this must be {MOST_CHARACTERS:,} characters or fewer", place)
            )
        for found in watch.found_in(text):
            reasons.append(
                Reason(f"{labels[place]}: “{found}” must not stand in it. {_why(found, watch)}", place)
            )
    return reasons


def _why(found: str, watch: Watch) -> str:
    if found in watch.refs:
        return "Feedback speaks of no other bid."
    return "That is a reviewer’s name, and applicants never learn who reviewed."


def blockers_to_ready(told: FeedbackLetter, *, out_of_date: bool) -> list[Reason]:
    """What stands in the way of marking feedback as ready."""
    reasons = []
    if out_of_date:
        reasons.append(Reason(OUT_OF_DATE))
    if not told.themes and not told.opening:
        reasons.append(Reason("There is nothing in this feedback yet."))
    return reasons
