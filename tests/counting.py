"""Counting the SQL statements that a page sends."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field


@dataclass
class Statements:
    """The SQL statements sent while counting. `len()` is their number."""

    sent: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sent)


CountQueries = Callable[[], AbstractContextManager[Statements]]
"""What the fixture `count_queries` is: `with count_queries() as statements: ...`, then `len(statements)`."""
