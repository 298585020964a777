"""How long a message may be, and how many one person may write."""

from datetime import timedelta

from grants.core.errors import Reason
from grants.core.language import say

MOST_CHARACTERS = 5_000
MOST_IN_A_WHILE = 20
WHILE = timedelta(hours=1)


def faults(text: str, written_lately: int) -> list[Reason]:
    """Why this message cannot be sent. `written_lately` counts those the person wrote in the last `WHILE`."""
    if not text.strip():
        return [Reason(say("Enter your message"), "text")]
    if len(text) > MOST_CHARACTERS:
        told = say("Your message must be %(most)s characters or fewer", most=f"{MOST_CHARACTERS:,}")
        return [Reason(told, "text")]
    if written_lately >= MOST_IN_A_WHILE:
        told = say(
            "You have sent %(most)s messages within an hour. Wait a while, then send this one.",
            most=MOST_IN_A_WHILE,
        )
        return [Reason(told, "text")]
    return []
