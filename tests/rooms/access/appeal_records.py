"""The town's appeal."""

from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.appeals.states import Ground
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """An appeal about the bid found ineligible, which the manager decided."""
    appeal = Appeal(
        application_id=town.bid_ids["ineligible"],
        about="Your bid was found not to be eligible",
        ground=Ground.PROCEDURE,
        text="Nobody asked us for our constitution.",
        made_by_id=town.person_ids["editor"],
        made_at=town.now,
    )
    session.add(appeal)
    session.flush()
    town.records["appeal"] = {**town.records["ineligible"], "appeal_id": appeal.id}
