"""The PDF of a released letter, for the worker that delivers a message about it."""

from datetime import datetime

from grants.core.db import unit_of_work
from grants.core.errors import NotFound
from grants.notifications.rules import File
from grants.panels import actions, letters


def make(decision_id: int, now: datetime) -> File:
    """The PDF of a released letter, kept from now on. Of two workers at once the first one's is kept.

    In transactions of its own, and in none while the typesetter works. Raises NotFound.
    """
    with unit_of_work() as session:
        row = letters.row_of(session, decision_id)
        if row is None:
            raise NotFound("No letter about this decision has gone out.")
        there, told = letters.kept(session, decision_id), row.told
    if there is not None:
        return there
    made = letters.preview(told)
    with unit_of_work() as session:
        actions.keep_letter(session, decision_id=decision_id, content=made.content, now=now)
        return letters.kept(session, decision_id) or made
