"""Counting questions of applicants that wait for an answer."""

from sqlalchemy import literal

from grants.accounts.waiting import Counted, Reader, in_no_round
from grants.threads.models import Thread
from grants.threads.policy import can_answer


def questions(reader: Reader) -> Counted:
    """Threads, of every round, that wait for the team: none for those who also judge or pay."""
    return in_no_round(Thread.application_id).where(
        Thread.waiting_since.is_not(None),
        Thread.application_id.not_in(reader.hidden),
        literal(bool(can_answer(reader.actor))),
    )
