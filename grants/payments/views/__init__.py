"""The room's pages."""

from grants.payments.views import awards, batches, overview, owing
from grants.payments.views.blueprint import bp, init_app

__all__ = ("awards", "batches", "bp", "init_app", "overview", "owing")
