"""What a scenario is asked to keep, as JSON and in plain words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grants.allocations.groups import area_group, priority_group, theme_group
from grants.core.money import pounds
from grants.programme.definition import FundDefinition
from grants.programme.limits import Allocation, LimitOf, PublishedLimit, Sought

NUMBER = "number of awards"
EACH_LEAD = "each lead"
EACH_ORGANISATION = "each organisation"
FLOOR, CAP = "floor", "cap"

GROUPS = {LimitOf.THEME: theme_group, LimitOf.AREA: area_group, LimitOf.PRIORITY: priority_group}

SOUGHT_LABELS: Mapping[Sought, str] = {
    Sought.POUNDS: "As many points times pounds as can be",
    Sought.BIDS: "As many points of funded bids as can be",
}


@dataclass(frozen=True)
class Settings:
    """What a scenario seeks and keeps. `funded` and `refused` are references of bids ruled in and out."""

    allocation: Allocation
    funded: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def to_json(settings: Settings) -> dict[str, Any]:
    """`settings` as JSON values; amounts in pence."""
    return {
        **asdict(settings.allocation),
        "limits": [asdict(limit) for limit in settings.allocation.limits],
        "funded": list(settings.funded),
        "refused": list(settings.refused),
    }


def from_json(data: Mapping[str, Any]) -> Settings:
    """The settings that `to_json` wrote."""
    rest = {name: value for name, value in data.items() if name not in ("limits", "funded", "refused")}
    limits = tuple(PublishedLimit(**{**one, "of": LimitOf(one["of"])}) for one in data["limits"])
    allocation = Allocation(**{**rest, "sought": Sought(data["sought"]), "limits": limits})
    return Settings(allocation, tuple(data["funded"]), tuple(data["refused"]))


def rule_name(kind: str, limit: PublishedLimit) -> str:
    """How a floor or a cap is named to the solver: 'floor theme:youth'."""
    return f"{kind} {GROUPS[limit.of](limit.name)}"


def in_words(settings: Settings, definition: FundDefinition) -> dict[str, str]:
    """Every rule of a scenario as a sentence, by the name it has for the solver."""
    found: dict[str, str] = {}
    allocation = settings.allocation
    if allocation.fewest or allocation.most is not None:
        found[NUMBER] = _number(allocation)
    for limit in allocation.limits:
        about = about_words(limit, definition)
        if limit.least:
            found[rule_name(FLOOR, limit)] = f"At least {pounds(limit.least)} for {about}"
        if limit.most is not None:
            found[rule_name(CAP, limit)] = f"At most {pounds(limit.most)} for {about}"
    if allocation.each_lead is not None:
        found[EACH_LEAD] = f"At most {pounds(allocation.each_lead)} for all bids that one organisation leads"
    if allocation.each_organisation is not None:
        found[EACH_ORGANISATION] = (
            f"At most {pounds(allocation.each_organisation)} for one organisation across its partnerships"
        )
    found |= {f"funded {ref}": f"Bid {ref} is funded" for ref in settings.funded}
    return found | {f"refused {ref}": f"Bid {ref} is not funded" for ref in settings.refused}


def subjects(definition: FundDefinition) -> list[tuple[LimitOf, str]]:
    """All that a floor or a cap may be about, in the order of the fund file."""
    return [
        *((LimitOf.THEME, theme.key) for theme in definition.rubric.themes),
        *((LimitOf.AREA, area.name) for area in definition.areas),
        *((LimitOf.PRIORITY, text) for text in definition.priorities),
    ]


def about_words(limit: PublishedLimit, definition: FundDefinition) -> str:
    """What a floor or a cap is about: 'the theme Youth'."""
    if limit.of is LimitOf.THEME:
        names = {theme.key: theme.name for theme in definition.rubric.themes}
        return f"the theme {names.get(limit.name, limit.name)}"
    return f"the area {limit.name}" if limit.of is LimitOf.AREA else f"the priority {limit.name}"


def _number(allocation: Allocation) -> str:
    least = f"at least {allocation.fewest}" if allocation.fewest else ""
    most = f"at most {allocation.most}" if allocation.most is not None else ""
    count = allocation.most if allocation.most is not None else allocation.fewest
    noun = "award" if count == 1 else "awards"
    return f"{' and '.join(part for part in (least, most) if part)} {noun}".capitalize()
