"""Who is asking: read from the session cookie before every request, checked against the database in one
query."""

from typing import Any

from flask import Flask, g, request
from flask import session as cookie
from flask_limiter import Limiter

from grants import config
from grants.accounts import queries, rules
from grants.accounts import session as visits
from grants.accounts.views import kept_words
from grants.core.clock import now
from grants.core.web import STILL_KNOWN, is_sign_of_life, session

ASKING = "accounts.ask_for_link"
ASKS_PER_CLIENT = "100 per 15 minutes"
"""Enough for a council's whole office behind one address on a Monday morning; each mailbox has its own,
lower limit."""

BROKER_PATIENCE_SECONDS = 1


def init_app(app: Flask) -> None:
    """Recognise people before each request, name them to the templates, and limit how often links are
    asked for."""
    app.before_request(_recognise)
    app.extensions[STILL_KNOWN] = _still_known
    app.context_processor(_name_to_templates)
    kept_words.init_app(app)
    _limit_asking(app)


def _recognise() -> None:
    """Put `g.actor`, `g.person` and `g.second_factor_wanted` on the request of somebody who is signed in."""
    if request.endpoint == "static":
        return
    visit = visits.recall(cookie)
    if visit is None:
        return
    person = queries.known(session(), visit.person_id)
    moment = now()
    if person is None or person.session_epoch != visit.epoch:
        return
    staff = bool(person.roles)
    if not rules.is_alive(signed_in_at=visit.signed_in_at, seen_at=visit.seen_at, staff=staff, now=moment):
        return
    if is_sign_of_life():
        visits.note_seen(cookie, now=moment)
    g.person = person
    g.signed_in_until = rules.alive_until(
        signed_in_at=visit.signed_in_at,
        seen_at=moment if is_sign_of_life() else visit.seen_at,
        staff=staff,
    )
    g.second_factor_wanted = staff and not visit.second_factor
    g.actor = person.as_actor(with_roles=visit.second_factor)


def _still_known() -> bool:
    """Whether the person asking has the roles and memberships that they had when the request came in."""
    person = g.get("person")
    return person is None or queries.known(session(), person.id) == person


def _name_to_templates() -> dict[str, Any]:
    person = g.get("person")
    if person is None:
        return {}
    left = g.signed_in_until - now()
    return {
        "signed_in_as": person.name or person.email,
        "person_mark": person.id,
        "seconds_signed_in": int(left.total_seconds()),
    }


def _limit_asking(app: Flask) -> None:
    """Limit by client, counted in the broker. When that is away each process counts for itself: signing in
    goes on."""
    limiter = Limiter(
        _client,
        app=app,
        storage_uri=config.current().limiter_storage,
        storage_options={
            "socket_connect_timeout": BROKER_PATIENCE_SECONDS,
            "socket_timeout": BROKER_PATIENCE_SECONDS,
        },
        in_memory_fallback_enabled=True,
        key_prefix="grants",
    )
    views: dict[str, Any] = app.view_functions
    views[ASKING] = limiter.limit(ASKS_PER_CLIENT)(views[ASKING])


def _client() -> str:
    return rules.client_of(request.remote_addr or "")
