"""Counting changes and early endings of awards that wait for a manager, the chair or finance."""

from grants.accounts.waiting import Counted, Reader
from grants.applications.waiting import by_bid
from grants.awards.models import Award, Variation
from grants.awards.states import VariationState


def variations_to_recommend(reader: Reader) -> Counted:
    """Changes that a lead asks for and no manager has looked at."""
    return by_bid(Variation.application_id, without=reader.hidden).where(
        Variation.state == VariationState.ASKED
    )


def variations_to_approve(reader: Reader) -> Counted:
    """Recommended on by somebody else."""
    return by_bid(Variation.application_id, without=reader.barred).where(
        Variation.state == VariationState.RECOMMENDED, Variation.recommended_by_id != reader.person_id
    )


def variations_to_sign(reader: Reader) -> Counted:
    """Approved by the chair, with money that moves; recommended and approved by others."""
    return by_bid(Variation.application_id, without=reader.barred).where(
        Variation.state == VariationState.TO_SIGN,
        Variation.recommended_by_id != reader.person_id,
        Variation.approved_by_id != reader.person_id,
    )


def endings_to_approve(reader: Reader) -> Counted:
    """Awards that somebody else put forward to end early."""
    return by_bid(Award.application_id, without=reader.barred).where(
        Award.ended_at.is_(None),
        Award.ending_drafted_by_id != reader.person_id,
        Award.ending_approved_by_id.is_(None),
    )


def endings_to_sign(reader: Reader) -> Counted:
    """Endings that the chair approved, drafted and approved by others."""
    return by_bid(Award.application_id, without=reader.barred).where(
        Award.ended_at.is_(None),
        Award.ending_drafted_by_id != reader.person_id,
        Award.ending_approved_by_id != reader.person_id,
    )
