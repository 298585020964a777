"""The pages of this room."""

from flask import Flask

from grants.applications.views import (
    around,
    autosave,
    bids,
    blueprint,
    confirming,
    extending,
    money,
    partnering,
    printing,
    screening,
    sending,
    writing,
)
from grants.applications.views.blueprint import bp

__all__ = (
    "autosave",
    "bids",
    "bp",
    "confirming",
    "extending",
    "init_app",
    "money",
    "partnering",
    "printing",
    "screening",
    "sending",
    "writing",
)


def init_app(app: Flask) -> None:
    """Prepare what the pages share."""
    blueprint.init_app(app)
    around.init_app(app)
