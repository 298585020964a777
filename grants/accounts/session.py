"""What the signed session cookie says about who is asking. Works on any mapping, so tests can write a real
one."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

SEEN_EVERY_SECONDS = 300
"""How exact `seen_at` is: the cookie is only written anew after that long."""

_CSRF = "csrf_token"
_PERSON, _EPOCH, _SINCE, _SEEN, _SECOND = "person", "epoch", "since", "seen", "second_factor"
_LAST, _BROWSER = "last_person", "browser"

Cookie = MutableMapping[str, Any]


@dataclass(frozen=True)
class Visit:
    """What a cookie says: who, under which epoch, since when, last seen, and whether with a second factor."""

    person_id: int
    epoch: int
    signed_in_at: datetime
    seen_at: datetime
    second_factor: bool


def remember(
    cookie: Cookie, *, person_id: int, epoch: int, now: datetime, second_factor: bool = False
) -> None:
    """Sign a person in. Nothing of the cookie that was there before stays, so a planted one is worth nothing.

    Except that a person whose own session ran out keeps their form token: the page they were writing on in
    another tab can then still be sent. And who was here last keeps the browser's name: see `browser_name`.
    """
    before = recall(cookie)
    same = before is not None and (before.person_id, before.epoch) == (person_id, epoch)
    token = cookie.get(_CSRF) if same else None
    browser = cookie.get(_BROWSER) if last_person(cookie) == person_id else None
    cookie.clear()
    if token:
        cookie[_CSRF] = token
    if browser:
        cookie[_BROWSER] = browser
    moment = int(now.timestamp())
    cookie.update({_PERSON: person_id, _EPOCH: epoch, _SINCE: moment, _SEEN: moment, _SECOND: second_factor})


def recall(cookie: Cookie) -> Visit | None:
    """What the cookie says; None if nobody signed in. Whether it still counts is for the caller to judge."""
    if _PERSON not in cookie:
        return None
    return Visit(
        person_id=cookie[_PERSON],
        epoch=cookie[_EPOCH],
        signed_in_at=datetime.fromtimestamp(cookie[_SINCE], UTC),
        seen_at=datetime.fromtimestamp(cookie[_SEEN], UTC),
        second_factor=cookie[_SECOND],
    )


def is_fresh(cookie: Cookie, *, within: timedelta, now: datetime) -> bool:
    """Whether the person signed in by a link so recently that nobody else can have sat down since."""
    visit = recall(cookie)
    return visit is not None and now - visit.signed_in_at <= within


def note_seen(cookie: Cookie, *, now: datetime) -> None:
    """Remember that the person was here, now and then."""
    moment = int(now.timestamp())
    if moment - cookie[_SEEN] >= SEEN_EVERY_SECONDS:
        cookie[_SEEN] = moment


def pass_second_factor(cookie: Cookie) -> None:
    """Remember that the second factor was given in this session."""
    cookie[_SECOND] = True


def forget(cookie: Cookie) -> None:
    """Sign out of this browser. Only who it was stays, by number, with the browser's name: words that they
    send from a page left open in another tab are then kept for them and nobody else.
    """
    person, browser = last_person(cookie), cookie.get(_BROWSER)
    cookie.clear()
    if person is not None:
        cookie[_LAST] = person
    if browser:
        cookie[_BROWSER] = browser


def last_person(cookie: Cookie) -> int | None:
    """Who is, or was last, signed in in this browser; whether that session still counts says nothing here."""
    found = cookie.get(_PERSON, cookie.get(_LAST))
    return found if isinstance(found, int) else None


def browser_name(cookie: Cookie, *, fresh: str = "") -> str:
    """The random name that words kept for this browser are kept under; '' if it has none. `fresh` becomes its
    name if it has none yet.
    """
    if fresh and _BROWSER not in cookie:
        cookie[_BROWSER] = fresh
    return str(cookie.get(_BROWSER, ""))
