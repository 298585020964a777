"""The pages of this room."""

from flask import Flask

from grants.applications.views import (
    around,
    assisting,
    autosave,
    bids,
    blueprint,
    comparing,
    confirming,
    documents,
    extending,
    leaving,
    looking_back,
    money,
    partner_side,
    partnering,
    printing,
    revising,
    screening,
    sending,
    signing,
    waiting,
    writing,
)
from grants.applications.views.blueprint import bp

__all__ = (
    "assisting",
    "autosave",
    "bids",
    "bp",
    "comparing",
    "confirming",
    "documents",
    "extending",
    "init_app",
    "leaving",
    "looking_back",
    "money",
    "partner_side",
    "partnering",
    "printing",
    "revising",
    "screening",
    "sending",
    "signing",
    "writing",
)


def init_app(app: Flask) -> None:
    """Prepare what the pages share."""
    blueprint.init_app(app)
    around.init_app(app)
    waiting.init_app(app)
    documents.init_app(app)
