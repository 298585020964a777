"""What is still to be told, in the order in which it happened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from sqlalchemy.orm import Session

from grants.core.clock import exact_minute
from grants.core.errors import Refusal, RuleBroken

Deed = Callable[[Session, datetime], None]
"""Something that happens at a time, in the transaction that is open."""

Work = Callable[[datetime], None]
"""Something that a worker does at a time, in transactions of its own."""


@dataclass
class Timeline:
    """Deeds and works by time; those of the same time in the order in which they were added. A deed may add
    later ones.
    """

    _waiting: list[tuple[datetime, int, Deed | None, Work | None]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    told: int = 0
    at: datetime | None = None
    """When the last deed or work happened."""

    def add(self, at: datetime, deed: Deed) -> None:
        """Let `deed` happen at `at`."""
        heappush(self._waiting, (at, next(self._numbers), deed, None))

    def add_work(self, at: datetime, work: Work) -> None:
        """Let a worker do `work` at `at`."""
        heappush(self._waiting, (at, next(self._numbers), None, work))

    @property
    def ended(self) -> bool:
        """Whether nothing is left to tell."""
        return not self._waiting

    def act(self, session: Session) -> None:
        """Do every deed until the next work, in the open transaction."""
        while self._waiting:
            at, _, deed, _ = self._waiting[0]
            if deed is None:
                return
            heappop(self._waiting)
            with _named(deed, at):
                deed(session, at)
            self._tick(at)

    def work(self) -> None:
        """Do the works that come next, outside any transaction."""
        while self._waiting:
            at, _, _, work = self._waiting[0]
            if work is None:
                return
            heappop(self._waiting)
            with _named(work, at):
                work(at)
            self._tick(at)

    def _tick(self, at: datetime) -> None:
        self.told += 1
        self.at = at


@contextmanager
def _named(happening: Deed | Work, at: datetime) -> Iterator[None]:
    """Say of a refusal which deed met it: hundreds are told, and the reason alone does not say whose."""
    try:
        yield
    except Refusal as error:
        deed = f"{happening.__module__}.{happening.__qualname__}"
        raise RuleBroken(f"The demo’s story broke off at {deed}, for {exact_minute(at)}: {error}") from error
