"""The page of known accounts: there in demo mode on one's own machine, and nowhere else."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from grants import config
from grants.core.web import public
from grants.demo.people import KNOWN

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.get("/")
@public
def people() -> ResponseReturnValue:
    """Everybody a visitor can sign in as, and what each can try."""
    if not config.current().demo or request.remote_addr not in config.LOOPBACK:
        abort(404)
    return render_template("demo/people.html", people=KNOWN)
