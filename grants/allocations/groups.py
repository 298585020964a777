"""Which part of a bid's money counts for which theme, area, priority and organisation. Plain arithmetic.

A bid for several themes, wards or priorities counts for each with an equal part. The lead's and the partners'
shares are what the bid says; an organisation is known again by a number of its own or, without one, by its
name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.programme.definition import Area


@dataclass(frozen=True)
class Taking:
    """One organisation's part in a bid. `marks`, at least one, are what it is known by; `share` is pence."""

    marks: tuple[str, ...]
    share: int


@dataclass(frozen=True)
class About:
    """What of a sent bid says whom its money reaches. The first of `takings` leads."""

    themes: tuple[str, ...]
    wards: tuple[str, ...]
    priorities: tuple[str, ...]
    takings: tuple[Taking, ...]


def theme_group(key: str) -> str:
    """How a theme is named among groups."""
    return f"theme:{key}"


def area_group(name: str) -> str:
    """How one of the fund's areas is named among groups."""
    return f"area:{name}"


def priority_group(text: str) -> str:
    """How a priority is named among groups."""
    return f"priority:{text}"


LEAD = "lead:"
ORGANISATION = "organisation:"
"""How groups begin that stand for one organisation each: what it leads, and what it receives in all."""


def shares_of(bids: Mapping[int, About], areas: Sequence[Area]) -> dict[int, dict[str, Fraction]]:
    """For each bid, by id: the part of its money that counts for each group."""
    known = _known_as(taking for about in bids.values() for taking in about.takings)
    return {bid: _shares(about, areas, known) for bid, about in bids.items()}


def _shares(about: About, areas: Sequence[Area], known: Mapping[str, str]) -> dict[str, Fraction]:
    found = {theme_group(theme): Fraction(1, len(about.themes)) for theme in about.themes}
    found |= {priority_group(one): Fraction(1, len(about.priorities)) for one in about.priorities}
    for area in areas:
        inside = sum(ward in area.places for ward in about.wards)
        if inside:
            found[area_group(area.name)] = Fraction(inside, len(about.wards))
    whole = sum(taking.share for taking in about.takings)
    for taking in about.takings[:1]:
        found[LEAD + known[taking.marks[0]]] = Fraction(1)
    for taking in about.takings:
        group = ORGANISATION + known[taking.marks[0]]
        part = Fraction(taking.share, whole) if whole else Fraction(0)
        if part:
            found[group] = found.get(group, Fraction()) + part
    return found


def _known_as(takings: Iterable[Taking]) -> dict[str, str]:
    """For each mark the first mark of the organisation that it belongs to: two that share a mark are one."""
    parent: dict[str, str] = {}

    def root(mark: str) -> str:
        while parent.setdefault(mark, mark) != mark:
            mark = parent[mark]
        return mark

    for taking in takings:
        first = root(taking.marks[0])
        for mark in taking.marks[1:]:
            other = root(mark)
            if other != first:
                # the smaller one stands for both, so the order in which bids are read plays no part
                first, other = sorted((first, other))
                parent[other] = first
    return {mark: root(mark) for mark in list(parent)}
