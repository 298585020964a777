"""What must hold between the parts of a fund file: no gaps, no doubles, limits and dates in order."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from grants.accounts.states import OrganisationKind
from grants.programme.definition import AnswerKind, Coverage, FundDefinition, Question, Rubric
from grants.programme.fund_agreement import check_agreement
from grants.programme.fund_calendar import calendar_faults
from grants.programme.fund_documents import check_documents
from grants.programme.fund_faults import Faults
from grants.programme.fund_limits import check_allocation
from grants.programme.fund_paying import check_paying
from grants.programme.fund_reporting import check_reporting
from grants.programme.fund_review import check_review

METHODS = ("mean",)
"""How sheets become a bid's score. `mean`: the rubric's formula on the means of each cell's valid scores."""

BUILT_IN_PAGES = frozenset({"budget", "claims", "documents", "eligibility", "partners", "themes"})
"""Pages of every form, so no section may take their name."""

KNOWN_QUESTIONS = {
    "title": AnswerKind.SHORT_TEXT,
    "summary": AnswerKind.LONG_TEXT,
    "least_amount": AnswerKind.MONEY,
    "dropped": AnswerKind.LONG_TEXT,
    "starts_on": AnswerKind.DATE,
    "ends_on": AnswerKind.DATE,
    "beneficiaries": AnswerKind.NUMBER,
    "places": AnswerKind.PLACES,
    "priorities": AnswerKind.PRIORITIES,
    "milestones": AnswerKind.MILESTONES,
    "risks": AnswerKind.RISKS,
}
"""Questions whose answers the service itself uses wherever a fund asks them, and how they are answered."""

PUBLISHER_PREFIX = re.compile(r"360G-[A-Za-z0-9]{2,40}")

ROWS = frozenset({AnswerKind.MILESTONES, AnswerKind.RISKS})
"""Questions answered in rows of several boxes."""

MOST_ROWS = 30
"""The most rows that a page can carry."""

_WORDED = frozenset({AnswerKind.SHORT_TEXT, AnswerKind.LONG_TEXT}) | ROWS
_BOUNDED = frozenset({AnswerKind.NUMBER, AnswerKind.PLACES, AnswerKind.PRIORITIES}) | ROWS


def check(definition: FundDefinition, faults: Faults) -> None:
    """Add to `faults` everything in `definition` that does not fit together."""
    _check_scale(definition.rubric, faults)
    _check_themes_and_strands(definition.rubric, faults)
    _check_cells(definition.rubric, faults)
    _check_form(definition, faults)
    _check_lists(definition, faults)
    _check_equality(definition, faults)
    check_documents(definition, faults)
    check_review(definition, faults)
    check_agreement(definition, faults)
    check_paying(definition, faults)
    check_reporting(definition, faults)
    check_allocation(definition, faults)
    _check_lead_kinds(definition.rules.lead_kinds, faults)
    _check_amounts(definition, faults)
    _check_rules(definition, faults)
    _check_funder(definition, faults)
    for fault, compared in calendar_faults(definition.calendar):
        if faults.clean(*compared):
            faults.add(fault.place, fault.text)


def _no_doubles(values: Sequence[str], place: Callable[[int], str], faults: Faults) -> None:
    """A fault for each value that stood earlier in the list. `place` gives the nth address (from 1)."""
    seen: set[str] = set()
    for i, value in enumerate(values, 1):
        if not faults.clean(place(i)):
            continue
        if value in seen:
            faults.add(place(i), f"“{value}” is here twice.")
        seen.add(value)


def _check_scale(rubric: Rubric, faults: Faults) -> None:
    """Levels 0..max, each once and without gaps, at least two."""
    if not faults.clean("rubric.levels") or not _all_clean(
        faults, "rubric.levels", "score", len(rubric.levels)
    ):
        return
    scores = sorted(level.score for level in rubric.levels)
    if len(scores) < 2:
        faults.add("rubric.levels", "A scale needs at least two levels.")
    elif scores != list(range(len(scores))):
        written = ", ".join(str(score) for score in scores)
        faults.add("rubric.levels", f"Scores must be 0, 1, 2 … without gaps or doubles, not {written}.")
    _no_doubles([level.name for level in rubric.levels], lambda i: f"rubric.levels[{i}].name", faults)


def _all_clean(faults: Faults, where: str, name: str, count: int) -> bool:
    """Whether the key `name` is right in each of the `count` tables of the list at `where`."""
    return all(faults.clean(f"{where}[{i}].{name}") for i in range(1, count + 1))


def _check_themes_and_strands(rubric: Rubric, faults: Faults) -> None:
    """Themes and strands are told apart by key and by name; method known; coverage workable."""
    _no_doubles(rubric.theme_keys, lambda i: f"rubric.themes[{i}].key", faults)
    _no_doubles(rubric.strand_keys, lambda i: f"rubric.strands[{i}].key", faults)
    _no_doubles([theme.name for theme in rubric.themes], lambda i: f"rubric.themes[{i}].name", faults)
    _no_doubles([strand.name for strand in rubric.strands], lambda i: f"rubric.strands[{i}].name", faults)
    if faults.clean("rubric.method") and rubric.method not in METHODS:
        faults.add("rubric.method", f"This must be one of: {', '.join(METHODS)}.")


def _check_cells(rubric: Rubric, faults: Faults) -> None:
    """Exactly one cell for each theme and strand, and none besides."""
    known = _all_clean(faults, "rubric.themes", "key", len(rubric.themes)) and _all_clean(
        faults, "rubric.strands", "key", len(rubric.strands)
    )
    if not known or not faults.clean("rubric.cells", "rubric.themes", "rubric.strands"):
        return
    seen: set[tuple[str, str]] = set()
    for i, cell in enumerate(rubric.cells, 1):
        place = f"rubric.cells[{i}]"
        if not faults.clean(f"{place}.theme", f"{place}.strand"):
            return
        if cell.theme not in rubric.theme_keys:
            faults.add(f"{place}.theme", f"No theme is called “{cell.theme}”.")
        if cell.strand not in rubric.strand_keys:
            faults.add(f"{place}.strand", f"No strand is called “{cell.strand}”.")
        if (cell.theme, cell.strand) in seen:
            faults.add(place, f"Theme “{cell.theme}” and strand “{cell.strand}” have a cell already.")
        seen.add((cell.theme, cell.strand))
    for theme in rubric.theme_keys:
        for strand in rubric.strand_keys:
            if (theme, strand) not in seen:
                faults.add("rubric.cells", f"Theme “{theme}” and strand “{strand}” have no cell.")


def _questions(definition: FundDefinition) -> Iterator[tuple[str, Question]]:
    for i, section in enumerate(definition.sections, 1):
        for j, question in enumerate(section.questions, 1):
            yield f"sections[{i}].questions[{j}]", question


def _check_form(definition: FundDefinition, faults: Faults) -> None:
    """Keys of sections and of questions (in all sections together) once each; kinds and choices agree."""
    _no_doubles([section.key for section in definition.sections], lambda i: f"sections[{i}].key", faults)
    _no_doubles(
        [question.key for question in definition.eligibility], lambda i: f"eligibility[{i}].key", faults
    )
    for i, section in enumerate(definition.sections, 1):
        if section.key in BUILT_IN_PAGES:
            faults.add(f"sections[{i}].key", f"“{section.key}” is a page every form has. Use another key.")
    asked = list(_questions(definition))
    places = [f"{place}.key" for place, _ in asked]
    _no_doubles([question.key for _, question in asked], lambda i: places[i - 1], faults)
    for place, question in asked:
        if faults.clean(f"{place}.kind"):
            _check_question(place, question, faults)
            _check_bounds(definition, place, question, faults)


def _check_question(place: str, question: Question, faults: Faults) -> None:
    known = KNOWN_QUESTIONS.get(question.key)
    if known is not None and question.kind is not known:
        faults.add(
            f"{place}.kind", f"The answer to “{question.key}” is used by the service: it must be {known}."
        )
    choices = f"{place}.choices"
    if question.kind is AnswerKind.CHOICES:
        if faults.clean(choices) and len(question.choices) < 2:
            faults.add(choices, "A question with choices needs at least two of them.")
        _no_doubles(question.choices, lambda i: f"{choices}[{i}]", faults)
    elif question.choices:
        faults.add(
            choices, f"Only a question of the kind “choices” has choices; this one is {question.kind}."
        )
    if question.word_limit and question.kind not in _WORDED:
        faults.add(
            f"{place}.word_limit", f"Only a text answer has a word limit; this one is {question.kind}."
        )


def _check_bounds(definition: FundDefinition, place: str, question: Question, faults: Faults) -> None:
    """`least` and `most` in order and such that they can be met; what is picked from is in the file."""
    least, most, kind = question.least, question.most, question.kind
    given = {"least": least is not None, "most": most is not None}
    for name in [name for name, there in given.items() if there and kind not in _BOUNDED]:
        faults.add(f"{place}.{name}", f"Only a number, or what is counted, has bounds; this one is {kind}.")
    places, priorities = len(definition.places), len(definition.priorities)
    there_are = {AnswerKind.PLACES: places, AnswerKind.PRIORITIES: priorities}.get(kind)
    if there_are == 0:
        faults.add(f"{place}.kind", f"The fund has no {kind}, so nobody can pick from them.")
    limit = MOST_ROWS if kind in ROWS else there_are or 0
    for name, value in (("least", least), ("most", most)):
        if limit and value is not None and value > limit:
            faults.add(f"{place}.{name}", f"{value} is more than can be given ({limit}).")
    if least is not None and most is not None and least > most:
        faults.add(f"{place}.least", f"This is more than the most ({most:,}).")


def _check_areas(definition: FundDefinition, faults: Faults) -> None:
    """Areas have names of their own and are made of the fund's places."""
    known = {place.code for place in definition.places}
    _no_doubles([area.name for area in definition.areas], lambda i: f"areas[{i}].name", faults)
    for i, area in enumerate(definition.areas, 1):
        _no_doubles(area.places, partial("areas[{}].places[{}]".format, i), faults)
        for j, code in enumerate(area.places, 1):
            if faults.clean(f"areas[{i}].places[{j}]") and code not in known:
                faults.add(f"areas[{i}].places[{j}]", f"No place of the fund has the code “{code}”.")


def _check_map(definition: FundDefinition, faults: Faults) -> None:
    """The map shows places of the fund, each at most once."""
    left = {place.code for place in definition.places}
    for i, row in enumerate(definition.map_rows, 1):
        for code in row.split():
            if code != "-" and code not in left:
                faults.add(f"map_rows[{i}]", f"“{code}” is no place of the fund, or is on the map already.")
            left.discard(code)


def _check_lists(definition: FundDefinition, faults: Faults) -> None:
    """Lists that people pick from name each thing once."""
    _check_areas(definition, faults)
    _check_map(definition, faults)
    _no_doubles([place.code for place in definition.places], lambda i: f"places[{i}].code", faults)
    _no_doubles(definition.priorities, lambda i: f"priorities[{i}]", faults)
    _no_doubles(definition.rules.lead_kinds, lambda i: f"rules.lead_kinds[{i}]", faults)
    _no_doubles(definition.rules.budget_categories, lambda i: f"rules.budget_categories[{i}]", faults)


def _check_equality(definition: FundDefinition, faults: Faults) -> None:
    """Each question once, with at least two choices; nobody can be made to say."""
    asked = definition.equality
    _no_doubles([question.key for question in asked], lambda i: f"equality[{i}].key", faults)
    for i, question in enumerate(asked, 1):
        place = f"equality[{i}].choices"
        if faults.clean(place) and len(question.choices) < 2:
            faults.add(place, "A question needs at least two choices; “Prefer not to say” is added to them.")
        _no_doubles(question.choices, partial("equality[{}].choices[{}]".format, i), faults)


def _check_lead_kinds(lead_kinds: Sequence[str], faults: Faults) -> None:
    """Kinds of organisation are those that an organisation can have here."""
    allowed = [kind.value for kind in OrganisationKind]
    for i, kind in enumerate(lead_kinds, 1):
        place = f"rules.lead_kinds[{i}]"
        if faults.clean(place) and kind not in allowed:
            faults.add(place, f"“{kind}” is not one of: {', '.join(allowed)}.")


def _check_amounts(definition: FundDefinition, faults: Faults) -> None:
    """Limits of an ask in order and within the pot."""
    amounts = definition.amounts
    least, most = amounts.minimum_ask, amounts.maximum_ask
    for name, limit in (("minimum_ask", least), ("maximum_ask", most)):
        if limit is not None and faults.clean(f"amounts.{name}", "amounts.pot") and limit > amounts.pot:
            faults.add(f"amounts.{name}", "This is more than the pot.")
    both = faults.clean("amounts.minimum_ask", "amounts.maximum_ask")
    if both and least is not None and most is not None and least > most:
        faults.add("amounts.minimum_ask", "The minimum ask is more than the maximum ask.")


def _check_rules(definition: FundDefinition, faults: Faults) -> None:
    """Numbers of themes and reviews that can be met."""
    rules, rubric = definition.rules, definition.rubric
    at_most = (
        (
            "rules.minimum_themes",
            rules.minimum_themes,
            "rubric.themes",
            len(rubric.themes),
            "the fund has themes",
        ),
        (
            "rules.citizen_reviews_per_bid",
            rules.citizen_reviews_per_bid,
            "rules.reviews_per_bid",
            rules.reviews_per_bid,
            "a bid has reviews",
        ),
        (
            "rules.minimum_reviews_to_rank",
            rules.minimum_reviews_to_rank,
            "rules.reviews_per_bid",
            rules.reviews_per_bid,
            "a bid has reviews",
        ),
    )
    for place, value, other, limit, thing in at_most:
        if faults.clean(place, other) and value > limit:
            faults.add(place, f"{value} is more than {thing} ({limit}).")
    claimed = faults.clean("rubric.coverage", "rules.minimum_themes") and rubric.coverage is Coverage.CLAIMED
    if claimed and rules.minimum_themes < 1:
        faults.add(
            "rules.minimum_themes",
            "Where only claimed themes count, a bid must claim at least one: without any it has no score.",
        )


def _check_funder(definition: FundDefinition, faults: Faults) -> None:
    """An address that mail can go to, an identifier with its register in front, a prefix for open data."""
    funder = definition.funder
    before, at, after = funder.email.partition("@")
    if faults.clean("funder.email") and (
        not before or not at or "." not in after or len(funder.email.split()) > 1
    ):
        faults.add("funder.email", f"“{funder.email}” is not an e-mail address.")
    parts = funder.organisation_id.split("-", 2)
    if faults.clean("funder.organisation_id") and (
        len(parts) < 3 or not all(parts) or not parts[0].isupper()
    ):
        faults.add(
            "funder.organisation_id", "This must start with its register, as in GB-LAE-LUT or GB-CHC-1123126."
        )
    if faults.clean("funder.publisher_prefix") and not PUBLISHER_PREFIX.fullmatch(funder.publisher_prefix):
        faults.add(
            "funder.publisher_prefix",
            "This must be 360G- and the publisher’s letters and digits, as in 360G-LutonBC.",
        )
