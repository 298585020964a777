"""The web application: rooms in the order a bid meets them, and the table that turns refusals into pages."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.middleware.proxy_fix import ProxyFix

from grants import config
from grants.core import dispatch, pages, web
from grants.core.db import db, prepare_engine
from grants.core.errors import NotAllowed, NotFound, Refusal, RuleBroken, Stale
from grants.core.places import static_folder, template_folder

ROOMS = (
    "core.health",
    "audit",
    "notifications",
    "geography",
    "accounts",
    "documents",
    "programme",
    "applications",
    "threads",
    "reviewing",
    "scoring",
    "feedback",
    "panels",
    "meetings",
    "allocations",
    "awards",
    "appeals",
    "banking",
    "payments",
    "monitoring",
    "exports",
    "record",
    "public",
    "equality",
    "privacy",
    "home",
    "demo",
)

LARGEST_REQUEST = 2 * 1024 * 1024

STATUS_OF: dict[type[Refusal], int] = {NotAllowed: 403, NotFound: 404, Stale: 409, RuleBroken: 422}


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application for `settings`, or for the environment's. Raises Misconfigured."""
    settings = settings or config.load()
    config.use(settings)
    app = Flask("grants", template_folder=str(template_folder()), static_folder=str(static_folder()))
    app.config.update(
        SECRET_KEY=settings.key_for("session cookie").hex(),
        SESSION_COOKIE_NAME="grants",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.trusted_proxies, settings.trusted_proxies)  # type: ignore[method-assign]  # Flask documents this assignment
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    web.init_app(app)
    pages.init_app(app)
    CSRFProtect(app)
    dispatch.configure(dispatch.load(settings.dispatcher))
    for room in ROOMS:
        _open_room(app, room)
    for refusal in STATUS_OF:
        app.register_error_handler(refusal, _refuse)
    app.register_error_handler(StaleDataError, _somebody_was_faster)
    return app


def _open_room(app: Flask, room: str) -> None:
    name = f"grants.{room}" if "." in room else f"grants.{room}.views"
    if find_spec(name):
        module = import_module(name)
        app.register_blueprint(module.bp)
        if hasattr(module, "init_app"):
            module.init_app(app)


def _somebody_was_faster(error: StaleDataError) -> ResponseReturnValue:
    """The row's version was not the one that was read: the same page as for a stale form."""
    db.session.rollback()
    return _refuse(Stale("Somebody else changed this at the same moment."))


def _refuse(error: Refusal) -> ResponseReturnValue:
    status = STATUS_OF[type(error)]
    if web.by_itself():
        return web.not_saved("refused", str(error), status)
    reasons = error.reasons if isinstance(error, RuleBroken) else ()
    return render_template(f"errors/{status}.html", error=error, reasons=reasons), status
