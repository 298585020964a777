"""What must hold of how a fund file has its pot shared out."""

from grants.programme.definition import FundDefinition
from grants.programme.fund_faults import Faults
from grants.programme.limits import LimitOf, PublishedLimit

NAMELESS = {
    LimitOf.THEME: "No theme is called “{name}” (rubric.themes).",
    LimitOf.AREA: "No area is called “{name}” (areas).",
    LimitOf.PRIORITY: "“{name}” is not one of the fund’s priorities.",
}


def check_allocation(definition: FundDefinition, faults: Faults) -> None:
    """Limits about what there is, once each, with a floor or a cap that fits the pot; floors that fit it
    together; at least as many awards as at most.
    """
    found = definition.allocation
    if (
        found.most is not None
        and faults.clean("allocation.fewest", "allocation.most")
        and found.fewest > found.most
    ):
        faults.add("allocation.fewest", f"At least {found.fewest} awards cannot be at most {found.most}.")
    seen: set[tuple[LimitOf, str]] = set()
    for i, limit in enumerate(found.limits, 1):
        place = f"allocation.limits[{i}]"
        if not faults.clean(place, f"{place}.of", f"{place}.name"):
            continue
        if (limit.of, limit.name) in seen:
            faults.add(f"{place}.name", f"“{limit.name}” is here twice.")
        seen.add((limit.of, limit.name))
        _check_one(limit, definition, place, faults)
    _check_floors(definition, faults)


def _check_one(limit: PublishedLimit, definition: FundDefinition, place: str, faults: Faults) -> None:
    known = {
        LimitOf.THEME: definition.rubric.theme_keys,
        LimitOf.AREA: tuple(area.name for area in definition.areas),
        LimitOf.PRIORITY: definition.priorities,
    }[limit.of]
    if limit.name not in known:
        faults.add(f"{place}.name", NAMELESS[limit.of].format(name=limit.name))
    if limit.least is None and limit.most is None and faults.clean(f"{place}.least", f"{place}.most"):
        faults.add(place, "Give a floor (least), a cap (most) or both.")
    if limit.least is None or not faults.clean(f"{place}.least"):
        return
    if limit.most is not None and faults.clean(f"{place}.most") and limit.least > limit.most:
        faults.add(f"{place}.least", "The floor is above the cap (most).")
    if faults.clean("amounts.pot") and limit.least > definition.amounts.pot:
        faults.add(f"{place}.least", "The floor is more than the pot (amounts.pot).")


def _check_floors(definition: FundDefinition, faults: Faults) -> None:
    """All floors about one kind of thing fit the pot together: a bid's money is divided among its themes."""
    limits = definition.allocation.limits
    if not faults.clean("amounts.pot", "allocation.limits"):
        return
    for of in LimitOf:
        floors = sum(limit.least or 0 for limit in limits if limit.of is of)
        single = all((limit.least or 0) <= definition.amounts.pot for limit in limits if limit.of is of)
        if single and floors > definition.amounts.pot:
            faults.add(
                "allocation.limits", f"The floors of kind “{of}” add up to more than the pot (amounts.pot)."
            )
