"""How often a partner may be written to, and when the clock reminds it."""

from datetime import datetime, timedelta

from grants.core.language import say

DAY = timedelta(days=1)

MOST_TO_ADDRESS_OF_BID = 3
"""Letters to one address about one bid in a day."""

MOST_TO_ADDRESS = 20
"""Letters to one address in a day, whichever bids they are about: one organisation may be a partner in many,
but the service is not to flood a mailbox.
"""

MOST_OF_BID = 60
"""Letters about one bid in a day: all partners of the largest partnership, three times over."""

REMIND_AFTER = timedelta(days=3)
REMIND_BEFORE_CLOSING = timedelta(days=2)
MOST_REMINDERS = 3
"""The clock reminds a silent partner every three days and once more before closing, but not for ever."""


def silent_since(now: datetime, closes_at: datetime) -> datetime:
    """Partners that were last written to at or before this moment are reminded at `now`: three days ago, or
    before the last call.
    """
    last_call = closes_at - REMIND_BEFORE_CLOSING
    before_it = last_call - timedelta(microseconds=1)
    return max(now - REMIND_AFTER, before_it) if now >= last_call else now - REMIND_AFTER


def too_many(*, of_both: int, to_address: int, of_bid: int, address: str) -> str:
    """Why another letter must wait, or ''. The figures are letters sent since a day ago: about the bid to the
    address, to the address about any bid, and about the bid to anybody.
    """
    if of_both >= MOST_TO_ADDRESS_OF_BID:
        return say(
            "We have written to %(address)s %(count)s times since this time yesterday. "
            "Wait until tomorrow before you write again, or speak to them.",
            address=address,
            count=of_both,
        )
    if to_address >= MOST_TO_ADDRESS:
        return say(
            "Many emails have gone to %(address)s since this time yesterday. "
            "Wait until tomorrow before you write again, or speak to them.",
            address=address,
        )
    if of_bid >= MOST_OF_BID:
        return say(
            "We have sent %(count)s emails about this bid since this time yesterday. "
            "Wait until tomorrow before you send more.",
            count=of_bid,
        )
    return ""
