"""What is asked of awards that run: a change that waits for the chair, with the manager's recommendation."""

from sqlalchemy.orm import Session

from grants.awards import actions as awards
from grants.awards.varying import Change
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """A variation of the award that is put forward to be ended."""
    variation = awards.ask_variation(
        session,
        application_id=town.bid_ids["ending"],
        change=Change(amount=1_900_000, reason="We need less."),
        actor=town.actor(session, "signatory"),
        now=town.now,
    )
    awards.recommend_variation(
        session,
        variation_id=variation.id,
        in_favour=True,
        recommendation="It is sound.",
        version=variation.version,
        actor=town.actor(session, "manager"),
        now=town.now,
    )
    town.records["ending"]["variation_version"] = variation.version
