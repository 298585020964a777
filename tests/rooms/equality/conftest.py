"""The applicants' world: a round that is open, its people, and a clock that a test moves."""

from tests.rooms.applications.conftest import as_, clock, world

__all__ = ("as_", "clock", "world")
