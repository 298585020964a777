"""What a bid still lacks, told page by page where nobody has begun a page."""

from collections import Counter
from collections.abc import Iterator, Sequence

from grants.applications.facts import Facts, theme_page
from grants.applications.revision_rules import page_key, page_titles
from grants.core.errors import Reason
from grants.core.language import say


def told_by_page(facts: Facts, reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons with one for each page that was not begun: forty lines of an empty bid help nobody.

    A theme's page asks for one thing only while nobody has begun it, so themes are told as they are.
    """
    counts = Counter(page_key(reason.place) for reason in reasons)
    titles = page_titles(facts.definition)
    themes = {theme_page(theme.key) for theme in facts.definition.rubric.themes}
    folded = {key for key in titles if key not in themes and counts[key] > 1 and not _is_begun(facts, key)}
    return list(_told(reasons, {key: titles[key] for key in folded}))


def _is_begun(facts: Facts, key: str) -> bool:
    return bool(facts.documents) if key == "documents" else key in facts.pages


def _told(reasons: Sequence[Reason], folded: dict[str, str]) -> Iterator[Reason]:
    left = dict(folded)
    for reason in reasons:
        key = page_key(reason.place)
        if key not in folded:
            yield reason
        elif key in left:
            page = reason.place.partition("#")[0]
            place = page if page.startswith("sections/") else key
            yield Reason(say("“%(page)s” is not started", page=left.pop(key)), place)
