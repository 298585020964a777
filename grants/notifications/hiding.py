"""Which messages a member of staff does not see because of what they are about."""

from collections.abc import Callable

from sqlalchemy import and_, not_, or_, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.notifications.models import Message

hidden_messages: dict[str, Callable[[Session, int], ColumnElement[bool] | None]] = {}
"""By room: what holds for the messages hidden from a person, given the session and their id; None for none.

Later rooms enter themselves here when the app is made.
"""


def visible_to(session: Session, person_id: int | None) -> ColumnElement[bool]:
    """Holds for messages that no room hides from the person, and for those that were written to them."""
    found = (hide(session, person_id or 0) for hide in hidden_messages.values())
    hidden = [condition for condition in found if condition is not None]
    if not hidden:
        return true()
    return or_(Message.person_id == (person_id or 0), and_(*(not_(condition) for condition in hidden)))
