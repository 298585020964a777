"""A file of finance as plain tables: what was asked for, the rows or groups, and the totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from grants.core.clock import long_date
from grants.core.spreadsheet import Cell, Heading, Kind
from grants.exports.finance_columns import EMPTY, GROUP_HEADS, MONEY, ROW_NOUNS, SAYS
from grants.exports.money_row import CommitmentMoney, Group, Money, Row, added, grouped
from grants.exports.states import GROUPING_LABELS, KIND_LABELS, ExportKind, Grouping


@dataclass(frozen=True)
class Wanted:
    """What a file is to tell. `at` is the day of a position, None for all else; `only` as in `reach`."""

    kind: ExportKind
    at: date | None = None
    grouping: Grouping = Grouping.NONE
    only: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table. `summed` says for each column whether it has a total."""

    name: str
    headings: tuple[Heading, ...]
    summed: tuple[bool, ...]
    lines: Iterator[tuple[Cell, ...]]


@dataclass(frozen=True)
class FinanceTable:
    """Everything in a file of finance. `groups` are none where it is told line by line."""

    wanted: Wanted
    rows: list[Row]
    groups: list[Group]
    total: Money

    @property
    def pence(self) -> int:
        """The amount by which the file is checked: the first of its kind's columns."""
        return MONEY[self.wanted.kind][0].pence(self.total)

    def totals(self) -> list[tuple[str, int]]:
        """Every column of money with its total."""
        return [(column.heading, column.pence(self.total)) for column in MONEY[self.wanted.kind]]

    def group_totals(self) -> list[tuple[str, list[int]]]:
        """Every group with its amounts, for the page."""
        columns = MONEY[self.wanted.kind]
        return [(group.name, [column.pence(group.money) for column in columns]) for group in self.groups]

    def against_the_pot(self, *, net_paid: int, unpaid: int) -> list[tuple[str, int, int]]:
        """What the file and the pot both tell today: its name, the file's pence, the pot's. Nothing where
        the file is narrowed or tells of something else.
        """
        if self.wanted.only or not isinstance(self.total, CommitmentMoney):
            return []
        return [
            ("Net paid", self.total.net_paid, net_paid),
            ("Committed, not paid yet", self.total.unpaid, unpaid),
        ]

    def first_sheet(self) -> Sheet:
        """The groups; or the rows, where there are none."""
        return self._groups() if self.wanted.grouping is not Grouping.NONE else self.row_sheet()

    def row_sheet(self) -> Sheet:
        """Line by line."""
        kind, says = self.wanted.kind, SAYS[self.wanted.kind]
        lines = ((*row.says, *_amounts(kind, row.money)) for row in self.rows)
        return Sheet(
            "Lines", (*says, *_heads(kind)), (*[False] * len(says), *[True] * len(MONEY[kind])), lines
        )

    def _groups(self) -> Sheet:
        kind = self.wanted.kind
        heads = [
            Heading(GROUP_HEADS[self.wanted.grouping], width=40),
            Heading(f"{ROW_NOUNS[kind].capitalize()}s, whole or in part", Kind.NUMBER, 12),
        ]
        lines = ((group.name, group.rows, *_amounts(kind, group.money)) for group in self.groups)
        return Sheet("Groups", (*heads, *_heads(kind)), (False, False, *[True] * len(MONEY[kind])), lines)


def finance_table(wanted: Wanted, rows: list[Row], *, order: Sequence[str]) -> FinanceTable:
    """The rows with their totals, grouped as wanted; `order` is that of the groups which the fund names."""
    empty = EMPTY[wanted.kind]
    groups = [] if wanted.grouping is Grouping.NONE else grouped(
        rows, wanted.grouping, order=order, empty=empty
    )  # fmt: skip
    return FinanceTable(wanted, rows, groups, added([row.money for row in rows], empty))


def described(wanted: Wanted) -> str:
    """What a file tells, in one line: 'Commitments, as they stand now; by theme; only Area: North'."""
    parts = [KIND_LABELS[wanted.kind]]
    if wanted.at:
        parts = [f"Accruals and commitments at the end of {long_date(wanted.at)}"]
    if wanted.grouping is not Grouping.NONE:
        parts.append(GROUPING_LABELS[wanted.grouping].lower())
    if wanted.only:
        kind, name = wanted.only.split(":", 1)
        parts.append(f"only {'theme' if kind == 'theme' else 'area'} {name}")
    return "; ".join(parts)


def stem(wanted: Wanted) -> str:
    """What the file is called between its round and its day."""
    parts = [wanted.kind.value]
    if wanted.at:
        parts.append(f"at-{wanted.at.isoformat()}")
    if wanted.grouping is not Grouping.NONE:
        parts.append(f"by-{wanted.grouping.value}")
    return "-".join([*parts, *(["part"] if wanted.only else [])])


def last_year_end(day: date) -> date:
    """The last 31 March up to that day."""
    this_year = date(day.year, 3, 31)
    return this_year if this_year <= day else date(day.year - 1, 3, 31)


def _heads(kind: ExportKind) -> Iterator[Heading]:
    return (Heading(column.heading, Kind.MONEY) for column in MONEY[kind])


def _amounts(kind: ExportKind, money: Money) -> tuple[Cell, ...]:
    return tuple(column.pence(money) for column in MONEY[kind])
