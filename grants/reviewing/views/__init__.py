"""The room's pages: conflicts, declarations and lists in `pages`; who reads which bid in `sharing`."""

from grants.reviewing.views import expenses, handing_over, interests, programs, sharing
from grants.reviewing.views.pages import bp, init_app

__all__ = ("bp", "expenses", "handing_over", "init_app", "interests", "programs", "sharing")
