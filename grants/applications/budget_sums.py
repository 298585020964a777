"""What the lines of a budget add up to: by category, by year, and with the money from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.applications.facts import BudgetLine, read_amount
from grants.core.language import say


@dataclass(frozen=True)
class Sum:
    """What some of the lines add up to, pence: asked of the fund, and from elsewhere."""

    name: str
    asked: int
    match: int

    @property
    def cost(self) -> int:
        """What it costs altogether."""
        return self.asked + self.match


@dataclass(frozen=True)
class BudgetSums:
    """All sums of a budget. Categories and years in the fund's order, also those without money."""

    total: Sum
    secured: int
    categories: Sequence[Sum]
    years: Sequence[Sum]

    @property
    def not_secured(self) -> int:
        """How much of the money from elsewhere is only hoped for, pence."""
        return self.total.match - self.secured


def in_full(year: str) -> str:
    """'April 2022 to March 2023' for the financial year '2022-23'."""
    first = year.partition("-")[0]
    if not (first.isascii() and first.isdecimal()):
        return year
    return say("April %(first)s to March %(last)s", first=first, last=int(first) + 1)


def sums_of(lines: Sequence[BudgetLine], *, categories: Sequence[str], years: Sequence[str]) -> BudgetSums:
    """The sums of those amounts that can be read. A line of no known category or year is in the total alone.

    Where there is one year, every line is of it.
    """
    only = years[0] if len(years) == 1 else ""
    return BudgetSums(
        total=_sum("", lines),
        secured=sum(read_amount(line.match) or 0 for line in lines if line.secured == "yes"),
        categories=[_sum(name, [line for line in lines if line.category == name]) for name in categories],
        years=[_sum(name, [line for line in lines if (line.year or only) == name]) for name in years],
    )


def _sum(name: str, lines: Sequence[BudgetLine]) -> Sum:
    return Sum(
        name,
        asked=sum(read_amount(line.amount) or 0 for line in lines),
        match=sum(read_amount(line.match) or 0 for line in lines),
    )
