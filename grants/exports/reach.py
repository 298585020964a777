"""Whom a bid's money reaches: by theme, group of wards, lead organisation and partner, as weights.

A bid for several themes or wards counts for each with an equal part. Partners count with the shares of the
bid, so the parts always add up to the whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.exports.states import Grouping
from grants.programme.definition import FundDefinition

NO_THEME, NO_PLACE = "No theme", "No place told"

Weight = tuple[str, int]
"""A group's name, and how much of the bid counts for it among the others."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of an award says whom its money reaches. Every part of it has at least one weight above nothing.

    `lead` is the organisation that is paid; an organisation of the same name as another carries its number.
    """

    ref: str
    title: str
    lead: str
    themes: tuple[Weight, ...]
    places: tuple[Weight, ...]
    partners: tuple[Weight, ...]


def reach(
    definition: FundDefinition, *, ref: str, title: str, lead: str, ask: int, content: Mapping[str, Any]
) -> Reach:
    """The reach of a bid by its frozen content, which says claims, places, shares and partners."""
    themes = [(definition.rubric.theme(key).name, 1) for key in content.get("claims") or ()]
    return Reach(
        ref=ref,
        title=title,
        lead=lead,
        themes=tuple(themes) or ((NO_THEME, 1),),
        places=_places(definition, content.get("places") or ()),
        partners=_partners(lead, ask, content),
    )


def _places(definition: FundDefinition, ticked: Sequence[str]) -> tuple[Weight, ...]:
    """The groups that the wards belong to, each with so many of them; a ward in no group counts as itself."""
    names = {place.code: place.name for place in definition.places}
    for area in reversed(definition.areas):
        names |= dict.fromkeys(area.places, area.name)
    found: dict[str, int] = {}
    for code in ticked:
        name = names.get(code, code)
        found[name] = found.get(name, 0) + 1
    return tuple(found.items()) or ((NO_PLACE, 1),)


def _partners(lead: str, ask: int, content: Mapping[str, Any]) -> tuple[Weight, ...]:
    partners = content.get("partners") or ()
    found = {lead: (content.get("lead_share") or 0) if partners else ask}
    for partner in partners:
        found[partner["name"]] = found.get(partner["name"], 0) + (partner["share"] or 0)
    weights = tuple((name, share) for name, share in found.items() if share > 0)
    return weights or ((lead, 1),)


WEIGHTS: Mapping[Grouping, Callable[[Reach], tuple[Weight, ...]]] = {
    Grouping.THEME: lambda reach: reach.themes,
    Grouping.PLACE: lambda reach: reach.places,
    Grouping.ORGANISATION: lambda reach: ((reach.lead, 1),),
    Grouping.PARTNER: lambda reach: reach.partners,
}


def order_of(definition: FundDefinition, grouping: Grouping) -> list[str]:
    """The groups that the fund file itself puts in an order; all others follow by name."""
    if grouping is Grouping.THEME:
        return [theme.name for theme in definition.rubric.themes]
    if grouping is Grouping.PLACE:
        return [area.name for area in definition.areas] or [place.name for place in definition.places]
    return []


def only_of(definition: FundDefinition) -> dict[str, str]:
    """What a file may be narrowed to: the bids of one theme or one group of wards. Key to words."""
    themes = {f"theme:{name}": f"Theme: {name}" for name in order_of(definition, Grouping.THEME)}
    return themes | {f"place:{name}": f"Area: {name}" for name in order_of(definition, Grouping.PLACE)}


def is_in(reach: Reach, only: str) -> bool:
    """Whether a bid belongs to what a file is narrowed to; '' is everything."""
    if not only:
        return True
    kind, name = only.split(":", 1)
    return name in dict(reach.themes if kind == "theme" else reach.places)
