"""The row of one page of the form: written and saved again, never over what somebody else saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from grants.applications.models import Application, SectionAnswers
from grants.audit import actions as audit
from grants.core.errors import Stale
from grants.permissions import Actor

NOTED_EVERY = timedelta(minutes=10)
"""How often the trail notes that one person goes on writing on one page that saves itself."""


@dataclass(frozen=True)
class Saving:
    """How a page is saved: by a button, or by itself while its person types; and from which window.

    `opening` is a random name that the window's script gave itself, '' without one.
    """

    opening: str = ""
    by_itself: bool = False


BY_BUTTON = Saving()


def write_page(
    session: Session,
    application: Application,
    key: str,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """A page that did not exist before."""
    page = SectionAnswers(
        application_id=application.id,
        key=key,
        answers=dict(answers),
        saved_at=now,
        saved_by_id=actor.person_id,
        version=1,
        opening="",
    )
    session.add(page)
    session.flush()
    return page


def save_page(
    session: Session,
    application: Application,
    page: SectionAnswers | None,
    key: str,
    answers: Mapping[str, Any],
    *,
    version: int | None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Save a page that was opened at `version`. Raises Stale if somebody else, or the same person in another
    window, saved it since.
    """
    if _is_stale(page, version, how):
        raise Stale("Somebody else saved this page after you opened it.")
    if page is None:
        page = write_page(session, application, key, answers, actor=actor, now=now)
    else:
        page.answers, page.saved_at, page.saved_by_id = dict(answers), now, actor.person_id
        page.version += 1
    page.opening = how.opening
    note_save(session, application, page, how=how, actor=actor, now=now)
    session.flush()
    return page


def note_save(
    session: Session,
    application: Application,
    page: SectionAnswers,
    *,
    how: Saving,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Put a line into the trail if one is due: for every press of a button that has something new to tell,
    and for a page that saves itself once in `NOTED_EVERY` for each person at work.
    """
    if how.by_itself and page.noted_by_id == actor.person_id and page.noted_at is not None:
        due = now - page.noted_at >= NOTED_EVERY
    else:
        due = page.noted_version != page.version
    if due:
        page.noted_version, page.noted_at, page.noted_by_id = page.version, now, actor.person_id
        audit.record(
            session,
            actor,
            "application.save",
            application,
            now=now,
            page=page.key,
            page_version=page.version,
            by_itself=how.by_itself,
        )
    return page


def _is_stale(page: SectionAnswers | None, version: int | None, how: Saving) -> bool:
    """A window whose own last save was answered to nobody (the network went away) still has the old number;
    it is known by its name.
    """
    if (page.version if page else 0) == (version or 0):
        return False
    return not (how.opening and page is not None and page.opening == how.opening)
