"""The pages of this room."""

from grants.scoring.views import (
    autosave,
    changing,
    checking,
    filling,
    finding,
    moderating,
    packing,
    practising,
    progressing,
    queueing,
    ranking,
    reopening,
    seeing,
    sureness,
)
from grants.scoring.views.blueprint import bp, init_app

__all__ = (
    "autosave",
    "bp",
    "changing",
    "checking",
    "filling",
    "finding",
    "init_app",
    "moderating",
    "packing",
    "practising",
    "progressing",
    "queueing",
    "ranking",
    "reopening",
    "seeing",
    "sureness",
)
