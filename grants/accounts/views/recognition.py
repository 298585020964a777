"""Who is asking: read from the session cookie before every request, checked against the database in one
query."""

from typing import Any

from flask import Flask, g, request
from flask import session as cookie
from flask_limiter import Limiter

from grants import config
from grants.accounts import queries, rules
from grants.accounts import session as visits
from grants.core.clock import now
from grants.core.web import session

ASKING = "accounts.ask_for_link"
ASKS_PER_CLIENT = "100 per 15 minutes"
"""Enough for a council's whole office behind one address on a Monday morning; each mailbox has its own,
lower limit."""

BROKER_PATIENCE_SECONDS = 1


def init_app(app: Flask) -> None:
    """Recognise people before each request, name them to the templates, and limit how often links are
    asked for."""
    app.before_request(_recognise)
    app.context_processor(_name_to_templates)
    _limit_asking(app)


def _recognise() -> None:
    """Put `g.actor`, `g.person` and `g.second_factor_wanted` on the request of somebody who is signed in."""
    if request.endpoint in (None, "static"):
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
    visits.note_seen(cookie, now=moment)
    g.person = person
    g.second_factor_wanted = staff and not visit.second_factor
    g.actor = person.as_actor(with_roles=visit.second_factor)


def _name_to_templates() -> dict[str, str]:
    person = g.get("person")
    return {"signed_in_as": person.name or person.email} if person else {}


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
