"""`/health`: whether this web process answers and reaches its database. For proxies and containers."""

import structlog
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from grants.core.web import public, session

bp = Blueprint("health", __name__)
log = structlog.get_logger(__name__)


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """'ok', or 503 when the database cannot be reached. Says nothing more: anyone may ask."""
    try:
        session().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("the database cannot be reached", error=str(error))
        return "the database cannot be reached\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
