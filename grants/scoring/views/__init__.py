"""The pages of this room."""

from grants.scoring.views import changing, filling, seeing
from grants.scoring.views.blueprint import bp, init_app

__all__ = ("bp", "changing", "filling", "init_app", "seeing")
