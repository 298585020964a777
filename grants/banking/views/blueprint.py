"""The blueprint of the room's pages, and asking for a fresh sign-in."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grants.accounts import session as visits
from grants.accounts.rules import FRESH_TO_OPEN, FRESH_TO_SEND
from grants.core.clock import now

bp = Blueprint("banking", __name__, url_prefix="/banking")

Args = ParamSpec("Args")
View = Callable[Args, ResponseReturnValue]


def freshly(view: View[Args]) -> View[Args]:
    """Let in who signed in minutes ago; lead others to a new link first, and back. A little longer is allowed
    for sending what such a page asks.
    """

    @wraps(view)
    def guarded(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
        within: timedelta = FRESH_TO_OPEN if request.method == "GET" else FRESH_TO_SEND
        if visits.is_fresh(cookie, within=within, now=now()):
            return view(*args, **kwargs)
        return redirect(url_for("accounts.sign_in_again", next=request.path))

    return guarded
