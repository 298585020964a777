"""The pages of the room."""

from grants.monitoring.views import files, judging, overview, writing
from grants.monitoring.views.blueprint import bp, init_app

__all__ = ("bp", "files", "init_app", "judging", "overview", "writing")
