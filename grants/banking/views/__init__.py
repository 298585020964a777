"""The pages of this room."""

from grants.banking.views import checking, diligence, entering
from grants.banking.views.blueprint import bp

__all__ = ("bp", "checking", "diligence", "entering")
