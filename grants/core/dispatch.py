"""The one inverted arrow: rooms say that a row wants work, and whatever courier is configured carries its id.

The row is the truth. If the courier fails, nothing is lost: a sweep finds the row later.
"""

from importlib import import_module
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

_KEY = "dispatch"


class Dispatcher(Protocol):
    """Carries a job's name and a row's id to a worker."""

    def send(self, job: str, row_id: int) -> None:
        """Hand over one row. May raise: the sweep will find the row again."""


class Resting:
    """Carries nothing: the sweep does all the work. For commands without a broker."""

    def send(self, job: str, row_id: int) -> None:
        """Leave the row to the sweep."""


_current: list[Dispatcher] = [Resting()]


def configure(dispatcher: Dispatcher) -> None:
    """Use `dispatcher` in this process."""
    _current[:] = [dispatcher]


def load(path: str) -> Dispatcher:
    """The dispatcher named by a dotted path such as 'workers.dispatch:Courier'."""
    module, _, name = path.partition(":")
    dispatcher: Dispatcher = getattr(import_module(module), name)()
    return dispatcher


def after_commit(session: Session, job: str, row_id: int) -> None:
    """Ask that `job` be done for `row_id` once the session's transaction has been committed."""
    session.info.setdefault(_KEY, []).append((job, row_id))


def forget_pending(session: Session) -> None:
    """Drop what was asked for: the transaction did not happen."""
    session.info.pop(_KEY, None)


def send_pending(session: Session) -> None:
    """Send what was asked for.

    A broker that is away is logged, never an error for the person who pressed the button.
    """
    for job, row_id in session.info.pop(_KEY, ()):
        try:
            _current[0].send(job, row_id)
        except Exception as error:
            log.warning(
                "dispatch failed, the sweep will find the row", job=job, row_id=row_id, error=str(error)
            )
            return
