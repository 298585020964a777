"""Telling the story: every deed in it is an action of another room, done at a time in the past."""

from grants.demo.actions.telling import Told, tell

__all__ = ["Told", "tell"]
