"""What every view shares: who is asking, what the route's policy is, and the one place where a request
commits.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, Response, abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from grants.core import dispatch
from grants.core.db import begin_write, commit, db
from grants.core.errors import NotAllowed
from grants.permissions import NOBODY, Actor, Permission

Args = ParamSpec("Args")
View = Callable[Args, ResponseReturnValue]

LARGEST_ROW_NUMBER = 2**31 - 1

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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
    """Open a writing transaction before anything reads, for every request that may write."""
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def open_transaction() -> None:
        if request.method not in SAFE_METHODS:
            begin_write(session())


def writes(view: View[Args]) -> View[Args]:
    """Commit once when the view answers with success or a redirect; roll back when it answers with an
    error page.
    """

    @wraps(view)
    def door(*args: Args.args, **kwargs: Args.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            commit(session())
        else:
            session().rollback()
            dispatch.forget_pending(session())
        return response

    door.writes = True  # type: ignore[attr-defined]  # read back by the route tests
    return door


def public(view: View[Args]) -> View[Args]:
    """Route policy: anyone, signed in or not."""
    return _marked(view, "public")


def signed_in(view: View[Args]) -> View[Args]:
    """Route policy: anyone who has signed in. What they may see is the room's own policy."""

    @wraps(view)
    def guarded(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
        return _ask_to_sign_in() if me().person_id is None else view(*args, **kwargs)

    return _marked(guarded, "signed in")


def needs(*any_of: Permission) -> Callable[[View[Args]], View[Args]]:
    """Route policy: a person whose roles grant one of the permissions."""

    def decorate(view: View[Args]) -> View[Args]:
        @wraps(view)
        def guarded(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
            if me().person_id is None:
                return _ask_to_sign_in()
            if g.get("second_factor_wanted", False):
                return redirect(url_for("accounts.second_factor", next=request.full_path))
            if not any(me().may(permission) for permission in any_of):
                raise NotAllowed("Your account does not have the role this page needs.")
            return view(*args, **kwargs)

        return _marked(guarded, " or ".join(any_of))

    return decorate


def _marked(view: View[Args], policy: str) -> View[Args]:
    view.policy = policy  # type: ignore[attr-defined]  # read back by the route tests
    return view


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path))
