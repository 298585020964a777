"""What every view shares: who is asking, what the route's policy is, and the one place where a request
commits.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from grants.core import dispatch
from grants.core.clock import clock_time, now
from grants.core.db import begin_write, commit, db
from grants.core.errors import NotAllowed, Stale
from grants.permissions import NOBODY, Actor, Permission

Args = ParamSpec("Args")
View = Callable[Args, ResponseReturnValue]

LARGEST_ROW_NUMBER = 2**31 - 1

LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes of a request that carries files; any other is held to the app's own limit."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

BY_ITSELF = "X-Sent-By-Itself"
"""The header of what a page's script sends without a button: 'save', or 'look' for no sign of life."""

STILL_KNOWN = "still known"
"""Where the accounts room leaves the question whether the person asking is still who they were."""


def me() -> Actor:
    """The person asking; `NOBODY` when signed out. Put on the request by the accounts room."""
    return cast(Actor, g.get("actor", NOBODY))


def session() -> Session:
    """This request's database session."""
    return db.session()


class RowNumber(IntegerConverter):
    """A row's id in an address. A number that no database column holds names no page, on either database."""

    def __init__(self, map: Map, max: int = LARGEST_ROW_NUMBER) -> None:
        super().__init__(map, max=max)


def init_app(app: Flask) -> None:
    """Read row numbers in addresses as our columns hold them; let requests with files be larger."""
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def make_room_for_files() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False):
            request.max_content_length = LARGEST_UPLOAD


def writes(view: View[Args]) -> View[Args]:
    """Open a writing transaction for the view; commit once when it answers with success or a redirect, roll
    back when it answers with an error page.

    It is opened here, after the form's token and the route's policy have been checked: what is refused never
    waits for the one write lock of SQLite, nor makes others wait. Who is asking was read before it, so that
    is read again inside.
    """

    @wraps(view)
    def door(*args: Args.args, **kwargs: Args.kwargs) -> Response:
        begin_write(session())
        _ask_again_who_asks()
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            commit(session())
        else:
            session().rollback()
            dispatch.forget_pending(session())
        return response

    door.writes = True  # type: ignore[attr-defined]  # read back by the route tests
    return door


def _ask_again_who_asks() -> None:
    """Raise Stale if what the person may do was changed while this request waited for the lock."""
    still_known: Callable[[], bool] | None = current_app.extensions.get(STILL_KNOWN)
    if still_known is not None and not still_known():
        raise Stale("What your account may do was changed at this moment. Open the page again.")


def takes_files(view: View[Args]) -> View[Args]:
    """Let requests for the view be as large as files are."""
    view.takes_files = True  # type: ignore[attr-defined]  # read back before each request
    return view


def unkept(view: View[Args]) -> View[Args]:
    """What is typed into the view's form is secret: no error page shows it again and nothing keeps it."""
    view.unkept = True  # type: ignore[attr-defined]  # read back by `core.pages`
    return view


def by_itself() -> bool:
    """Whether the page's script sent this, not a person who pressed a button: it is answered in JSON."""
    return BY_ITSELF in request.headers


def is_sign_of_life() -> bool:
    """Whether this request shows that somebody is at the page. One that only looks does not keep them signed
    in.
    """
    return request.headers.get(BY_ITSELF) != "look"


def saved_by_itself(version: int, **more: object) -> ResponseReturnValue:
    """The answer to a page that was saved while its person typed: when, and the page's new version."""
    return {"state": "saved", "at": clock_time(now()), "version": version, **more}


def not_saved(state: str, text: str = "", status: int = 200, **more: object) -> ResponseReturnValue:
    """The answer to a page whose words could not be saved. `state` is what its script does about it."""
    return {"state": state, "text": text, **more}, status


def public(view: View[Args]) -> View[Args]:
    """Route policy: anyone, signed in or not."""
    return _marked(view, "public")


def signed_in(view: View[Args]) -> View[Args]:
    """Route policy: anyone who has signed in. What they may see is the room's own policy."""

    @wraps(view)
    def guarded(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
        return _ask_to("accounts.sign_in") if me().person_id is None else view(*args, **kwargs)

    return _marked(guarded, "signed in")


def needs(*any_of: Permission) -> Callable[[View[Args]], View[Args]]:
    """Route policy: a person whose roles grant one of the permissions."""

    def decorate(view: View[Args]) -> View[Args]:
        @wraps(view)
        def guarded(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
            if me().person_id is None:
                return _ask_to("accounts.sign_in")
            if g.get("second_factor_wanted", False):
                return _ask_to("accounts.second_factor")
            if not any(me().may(permission) for permission in any_of):
                raise NotAllowed("Your account does not have the role this page needs.")
            return view(*args, **kwargs)

        return _marked(guarded, " or ".join(any_of))

    return decorate


def _marked(view: View[Args], policy: str) -> View[Args]:
    view.policy = policy  # type: ignore[attr-defined]  # read back by the route tests
    return view


def _ask_to(step: str) -> ResponseReturnValue:
    """Lead to signing in or to its second step. Of what was sent, nothing is lost: see the page for a 401."""
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for(step, next=request.full_path.removesuffix("?")))
