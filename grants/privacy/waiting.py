"""Counting requests for deletion that wait for an answer."""

from grants.accounts.waiting import Counted, Reader, in_no_round
from grants.privacy.models import DeletionRequest
from grants.privacy.states import DeletionState


def deletions_to_decide(reader: Reader) -> Counted:
    """Requests of other people."""
    return in_no_round(DeletionRequest.id).where(
        DeletionRequest.state == DeletionState.ASKED, DeletionRequest.person_id != reader.person_id
    )
