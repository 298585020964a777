"""The blueprint of the room's pages, and what its rows hang on when the app is made."""

from flask import Blueprint, Flask

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.awards.later import least_amounts
from grants.banking import later
from grants.core.policy import require
from grants.core.web import me, session
from grants.payments import actions, queries
from grants.reviewing import policy as reviewing

bp = Blueprint("payments", __name__, url_prefix="/payments")


def init_app(app: Flask) -> None:
    """Have a rotation of keys seal payment files anew."""
    later.resealers["payments"] = actions.reseal_files
    least_amounts["payments"] = queries.spoken_for


def bid_of(ref: str) -> Application:
    """The bid behind an award's pages. Raises NotFound, or NotAllowed where it is hidden from the reader."""
    application = bids.bid_by_ref(session(), ref).application
    require(reviewing.no_conflict(session(), me(), application.id))
    return application
