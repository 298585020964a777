"""Pages for everybody: what can be applied for in `pages`, what was awarded in `awarded`."""

from grants.public.views import awarded
from grants.public.views.pages import bp

__all__ = ("awarded", "bp")
