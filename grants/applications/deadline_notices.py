"""Who is told what about the closing of a bid: more time, a reminder, a draft that was not sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.core.clock import exact_minute
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.programme.models import Extension, Round


@in_english
def extension_drafted(
    session: Session, extension: Extension, round_: Round, application: Application | None
) -> list[Notice]:
    """Every chair but the drafter: more time waits for a second person."""
    facts = _of_extension(extension, round_, application)
    about = None if application is None else application.id
    return [
        Notice(
            kind="extension_drafted",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=extension,
            key=f"extension_drafted:{extension.id}:{person.id}",
        )
        for person in free_of_conflict(session, Role.CHAIR, about)
        if person.id != extension.drafted_by_id
    ]


@in_english
def extension_answered(
    session: Session, extension: Extension, round_: Round, application: Application | None
) -> Notice:
    """Who drafted it: the chair has approved or refused."""
    person = accounts.person(session, extension.drafted_by_id)
    return Notice(
        kind="extension_answered",
        to=person.email,
        person_id=person.id,
        facts={
            **_of_extension(extension, round_, application),
            "approved": extension.approved_at is not None,
            "refusal": extension.refused_reason,
        },
        about=extension,
        key=f"extension_answered:{extension.id}",
    )


@in_english
def extension_given(extension: Extension, bid: Bid, writers: Iterable[Person]) -> list[Notice]:
    """The writers of a draft: they have more time, until when and why."""
    facts = {
        **_about(bid),
        "closes": exact_minute(extension.closes_at),
        "reason": extension.reason,
        "whole": extension.application_id is None,
    }
    key = f"extension_given:{extension.id}:{bid.application.id}"
    return _to_each(writers, "extension_given", facts, bid.application, key)


@in_english
def closing_soon(
    bid: Bid,
    writers: Iterable[Person],
    *,
    days: int,
    closes_at: datetime,
    untouched: bool,
    missing: Sequence[tuple[str, str, Sequence[str]]],
) -> list[Notice]:
    """The writers of a draft: it closes soon, and what is missing, as (page, its path, what to do there)."""
    facts = {
        **_about(bid),
        "days": days,
        "closes": exact_minute(closes_at),
        "untouched": untouched,
        "missing": [{"page": page, "path": path, "to_do": to_do} for page, path, to_do in missing],
    }
    key = f"closing_soon:{days}:{bid.application.id}:{int(closes_at.timestamp())}"
    return _to_each(writers, "closing_soon", facts, bid.application, key, sensitive=True)


@in_english
def lapsed(bid: Bid, people: Iterable[Person], *, closes_at: datetime, text: str) -> list[Notice]:
    """The owner of a draft: it was not sent in time; every word of it is in this message."""
    facts = {
        **_about(bid),
        "closed": exact_minute(closes_at),
        "contact": bid.definition.funder.email,
        "text": text,
    }
    key = f"draft_lapsed:{bid.application.id}:{int(closes_at.timestamp())}"
    return _to_each(people, "draft_lapsed", facts, bid.application, key, sensitive=True)


def _about(bid: Bid) -> dict[str, object]:
    return {
        "ref": bid.application.ref,
        "title": bid.application.title or "Untitled bid",
        "lead": bid.application.lead.name,
        "fund": bid.definition.name,
        "round": bid.round.name,
        "path": f"/applications/{bid.application.ref}/",
    }


def _of_extension(extension: Extension, round_: Round, application: Application | None) -> dict[str, object]:
    return {
        "round": round_.name,
        "what": f"{application.ref} by {application.lead.name}" if application else "",
        "closes": exact_minute(extension.closes_at),
        "reason": extension.reason,
        "path": f"/applications/extensions/{round_.ref}/",
    }


def _to_each(
    people: Iterable[Person],
    kind: str,
    facts: dict[str, object],
    about: object,
    key: str,
    *,
    sensitive: bool = False,
) -> list[Notice]:
    return [
        Notice(
            kind=kind,
            to=person.email,
            person_id=person.id,
            facts={**facts, "name": person.name},
            about=about,
            key=f"{key}:{person.id}",
            sensitive=sensitive,
        )
        for person in people
    ]
