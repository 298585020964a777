"""The pages of this room."""

from grants.applications.views import bids, confirming, money, printing, screening, sending, writing
from grants.applications.views.blueprint import bp, init_app

__all__ = ("bids", "bp", "confirming", "init_app", "money", "printing", "screening", "sending", "writing")
