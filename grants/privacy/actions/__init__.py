"""The deeds of this room: asking for deletion, answering, and taking out what is no longer to be kept."""

from grants.privacy.actions.asking import ask_for_deletion, decide, take_back
from grants.privacy.actions.retaining import remove_due

__all__ = ("ask_for_deletion", "decide", "remove_due", "take_back")
