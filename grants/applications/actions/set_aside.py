"""Words that could not be saved over somebody else's: set aside, and kept until one version is chosen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.actions.drafting import open_page
from grants.applications.models import SetAside
from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.core.errors import NotFound, RuleBroken
from grants.permissions import Actor

MOST_WAITING = 20
"""Versions of one page by one person: more is a mistake or mischief."""


def set_aside(
    session: Session,
    *,
    application_id: int,
    key: str,
    items: Sequence[JsonDict],
    based_on: int,
    opening: str = "",
    actor: Actor,
    now: datetime,
) -> SetAside:
    """Keep what was typed on page `key` beside what is saved there. `items` are its answers
    (`core.written.Written.as_json`), `based_on` the version from which their writer set out.

    A window that goes on writing (`opening`) has one such version, which grows; without a script the same
    words are kept once. Raises as `open_page` does.
    """
    bid = open_page(session, application_id, key, actor=actor)
    answers = {"items": list(items)}
    own = _own(session, application_id, key, actor)
    for found in own:
        if (opening and found.opening == opening) or _same(found.answers, answers):
            found.answers, found.set_aside_at = answers, now
            session.flush()
            return found
    if len(own) >= MOST_WAITING:
        raise RuleBroken("Too many versions of this page wait already. Choose one of them first.")
    made = SetAside(
        application_id=application_id,
        key=key,
        person_id=actor.person_id,
        answers=answers,
        based_on=based_on,
        opening=opening,
        set_aside_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, actor, "application.set_aside", bid.application, now=now, page=key, page_version=based_on
    )
    return made


def settle_version(
    session: Session, *, set_aside_id: int, application_id: int, taken: bool, actor: Actor, now: datetime
) -> SetAside:
    """Forget a version that waited: it was `taken` into the page, or what is saved was chosen instead. Raises
    NotFound or as `open_page` does.
    """
    found = one_waiting(session, application_id, set_aside_id)
    bid = open_page(session, application_id, found.key, actor=actor)
    audit.record(
        session,
        actor,
        "application.choose_version",
        bid.application,
        now=now,
        page=found.key,
        writer_id=found.person_id,
        taken=taken,
    )
    session.delete(found)
    session.flush()
    return found


def forget_own(
    session: Session, *, application_id: int, key: str, opening: str, actor: Actor, now: datetime
) -> None:
    """A window has saved its page: what it had set aside while it typed is in it."""
    if opening:
        session.execute(
            delete(SetAside).where(
                SetAside.application_id == application_id,
                SetAside.key == key,
                SetAside.person_id == actor.person_id,
                SetAside.opening == opening,
            )
        )


def one_waiting(session: Session, application_id: int, set_aside_id: int) -> SetAside:
    """A version of this bid that waits. Raises NotFound."""
    found = session.get(SetAside, set_aside_id)
    if found is None or found.application_id != application_id:
        raise NotFound("This version does not wait any more: somebody has chosen.")
    return found


def waiting(session: Session, application_id: int, key: str | None = None) -> list[tuple[SetAside, Person]]:
    """Versions that wait to be chosen, of one page or all, with their writers, the oldest first."""
    rows = (
        select(SetAside, Person)
        .join(Person, Person.id == SetAside.person_id)
        .where(SetAside.application_id == application_id)
        .order_by(SetAside.set_aside_at, SetAside.id)
    )
    found = session.execute(rows if key is None else rows.where(SetAside.key == key))
    return [(row[0], row[1]) for row in found]


def _own(session: Session, application_id: int, key: str, actor: Actor) -> list[SetAside]:
    return list(
        session.scalars(
            select(SetAside).where(
                SetAside.application_id == application_id,
                SetAside.key == key,
                SetAside.person_id == actor.person_id,
            )
        )
    )


def _same(one: JsonDict, other: JsonDict) -> bool:
    def texts(answers: JsonDict) -> list[tuple[str, str]]:
        return [(item["name"], item["text"]) for item in answers["items"]]

    return texts(one) == texts(other)
