"""Long lists, one page at a time, cut in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")

PAGE_SIZE = 50
LAST_PAGE = 100_000
"""No list is this long; a number past it is somebody trying things out."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. `number` counts from 1; `total` is the length of the whole list."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def first_shown(self) -> int:
        """The place in the whole list of the first row shown, counted from 1; 0 for an empty page."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_shown(self) -> int:
        """The place in the whole list of the last row shown."""
        return self.first_shown + len(self.rows) - 1 if self.rows else 0

    @property
    def links(self) -> list[int | None]:
        """Page numbers to link to: first, last and the neighbours; None where some are left out."""
        near = {1, self.last, *range(max(1, self.number - 1), min(self.last, self.number + 1) + 1)}
        shown: list[int | None] = []
        for number in sorted(near):
            if shown and number - (shown[-1] or 0) > 1:
                shown.append(None)
            shown.append(number)
        return shown


def page_number(text: str | None) -> int:
    """A page number from an address; 1 for anything that is not one."""
    if text and text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PAGE)):
        return min(max(1, int(text)), LAST_PAGE)
    return 1


def paginate(
    session: Session, rows: Select[*tuple[Any, ...]], *, number: int = 1, size: int = PAGE_SIZE
) -> Page[Any]:
    """Page `number` of an ordered select, in two queries whatever the length; past the end, the last page.

    A select of one thing gives those things, a select of several gives rows.
    """
    # Counting needs none of the columns; some lists work out a rank or look things up in them.
    bare: Select[*tuple[Any, ...]] = rows.with_only_columns(
        literal_column("1"), maintain_column_froms=True
    ).order_by(None)
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    number = min(number, max(1, -(-total // size)))
    found = session.execute(rows.limit(size).offset((number - 1) * size))
    single = len(rows.column_descriptions) == 1
    return Page(found.scalars().all() if single else found.all(), number, size, total)


@dataclass(frozen=True)
class Order:
    """How a list is sorted. In an address it is '?sort=total', or '?sort=-total' the other way round."""

    key: str
    descending: bool = False

    def pressed(self, key: str) -> str:
        """What the address says once the head of column `key` has been pressed: turned round if it is this
        one.
        """
        return f"-{key}" if key == self.key and not self.descending else key


def order_from(text: str | None, allowed: Sequence[str], default: Order) -> Order:
    """The order an address asks for, or `default` if it asks for none of `allowed`."""
    key = (text or "").removeprefix("-")
    return Order(key, (text or "").startswith("-")) if key in allowed else default
