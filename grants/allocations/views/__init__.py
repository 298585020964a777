"""The pages of this room."""

from grants.allocations.views import comparing, line, planning, showing, taking
from grants.allocations.views.blueprint import bp

__all__ = ("bp", "comparing", "line", "planning", "showing", "taking")
