"""Counting appeals that wait for an answer."""

from sqlalchemy import select

from grants.accounts.waiting import Counted, Reader
from grants.appeals.models import Appeal
from grants.appeals.states import AppealState
from grants.applications.waiting import by_bid
from grants.panels.models import Decision


def appeals_to_answer(reader: Reader) -> Counted:
    """Those against decisions that the reader neither took nor signed."""
    me = reader.person_id
    own = select(Decision.application_id).where(
        (Decision.decided_by_id == me) | (Decision.countersigned_by_id == me), Decision.replaced_at.is_(None)
    )
    return by_bid(Appeal.application_id, without=reader.barred).where(
        Appeal.state == AppealState.RECEIVED, Appeal.application_id.not_in(own)
    )
