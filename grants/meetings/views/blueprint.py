"""The room's blueprint, and the door through which every page of a meeting goes."""

from flask import Blueprint

from grants.core.errors import NotFound
from grants.core.policy import require
from grants.core.web import me, session
from grants.meetings import policy, queries
from grants.meetings.models import Lottery, Meeting
from grants.meetings.queries import Item
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

bp = Blueprint("meetings", __name__, url_prefix="/meetings")


def followed_round(round_ref: str) -> Round:
    """The round at the address, for somebody who may follow its meetings. Raises NotFound or NotAllowed."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_follow(session(), me(), round_.id))
    return round_


def followed(meeting_id: int) -> tuple[Meeting, Round]:
    """The meeting and its round, for somebody who may follow it. Raises NotFound or NotAllowed."""
    found = queries.meeting(session(), meeting_id)
    require(policy.can_follow(session(), me(), found.round_id))
    return found, programme.round_by_id(session(), found.round_id)


def led(item_id: int) -> tuple[Item, Meeting, Round]:
    """The item for a chair without a conflict with its bid."""
    row = queries.item(session(), item_id)
    found, round_ = followed(row.meeting_id)
    require(policy.can_lead(session(), me(), row.application_id))
    return next(item for item in items_for(found, {}) if item.id == item_id), found, round_


def hidden_here(round_: Round) -> dict[int, str]:
    """References of the round's bids that are hidden from the person, by id."""
    return hidden_refs(session(), me().person_id or 0, round_.id)


def unless_hidden(drawn: Lottery) -> None:
    """Whoever may not see one of the bids learns nothing of the lots. Raises NotFound."""
    _, round_ = followed(drawn.meeting_id)
    if set(drawn.bids["refs"]) & set(hidden_here(round_).values()):
        raise NotFound("There are no such lots.")


def names() -> dict[int, str]:
    """What the members of the panel are called, by id."""
    return {person.id: person.name or person.email for person in queries.panel(session())}


def items_for(found: Meeting, without: dict[int, str]) -> list[Item]:
    """The agenda without what is hidden from its reader."""
    return queries.items(session(), found.id, without=without, names=names())
