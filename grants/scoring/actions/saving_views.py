"""Naming a way to look at a ranking, so that colleagues find it again."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import NotAllowed, NotFound, Reason, RuleBroken
from grants.core.policy import require
from grants.permissions import Actor
from grants.scoring import policy
from grants.scoring.models import SavedView

LONGEST_NAME = 80
MOST_VIEWS = 50


def save_view(
    session: Session, *, round_id: int, name: str, query: str, actor: Actor, now: datetime
) -> SavedView:
    """Keep the query of the ranking's address under a name that everybody who reads the ranking sees.

    Raises NotAllowed, or RuleBroken for a name that is missing, too long or taken, or one too many.
    """
    require(policy.may_see_ranking(session, actor, round_id))
    if actor.person_id is None:
        raise NotAllowed("Only a person can save a view.")
    name = " ".join(name.split())
    taken = {view.name.casefold() for view in session.scalars(_views(round_id))}
    if fault := _fault(name, taken):
        raise RuleBroken([Reason(fault, "name")])
    view = SavedView(round_id=round_id, name=name, query=query, made_by_id=actor.person_id, made_at=now)
    session.add(view)
    session.flush()
    audit.record(session, actor, "view.saved", view, now=now, round_id=round_id)
    return view


def drop_view(session: Session, *, view_id: int, round_id: int, actor: Actor, now: datetime) -> None:
    """Forget a named view. Raises NotAllowed unless the actor made it, NotFound when it is gone."""
    require(policy.may_see_ranking(session, actor, round_id))
    view = session.scalars(_views(round_id).where(SavedView.id == view_id)).one_or_none()
    if view is None:
        raise NotFound("There is no such saved view.")
    if view.made_by_id != actor.person_id:
        raise NotAllowed("Only the person who saved a view can remove it.")
    audit.record(session, actor, "view.dropped", view, now=now, round_id=round_id)
    session.delete(view)
    session.flush()


def _views(round_id: int) -> Select[SavedView]:
    return select(SavedView).where(SavedView.round_id == round_id)


def _fault(name: str, taken: set[str]) -> str:
    if not name:
        return "Enter a name for this view"
    if len(name) > LONGEST_NAME:
        return f"The name must be {LONGEST_NAME} characters or fewer"
    if name.casefold() in taken:
        return "There is a saved view of this name already. Enter another name"
    if len(taken) >= MOST_VIEWS:
        return f"There are {MOST_VIEWS} saved views already. Remove one first"
    return ""
