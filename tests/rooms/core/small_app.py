"""The least app that has a database: for what core promises by itself, and for processes that start fast."""

from flask import Flask

from grants.core.db import db, prepare_engine


def small_app(database_url: str, *, prepared: bool = True) -> Flask:
    """An app on `database_url` without a room; not `prepared`, SQLite keeps its driver's own habits."""
    app = Flask("small")
    app.config.update(SECRET_KEY="small", SQLALCHEMY_DATABASE_URI=database_url)
    db.init_app(app)
    if prepared:
        with app.app_context():
            prepare_engine(db.engine)
    return app
