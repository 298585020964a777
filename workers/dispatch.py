"""The courier that carries a row's id from a web request to a worker, and gives up quickly when it cannot."""

import time

from grants import config
from workers.celery_app import for_courier

QUIET_SECONDS = 5.0
"""After a failure nothing is tried for this long, so a dead broker costs one request, not every request."""


class BrokerAway(Exception):
    """The broker was away a moment ago; the sweep will find the row."""


class Courier:
    """Sends `grants.<job>` with a row's id. What it cannot send is left to the sweep."""

    def __init__(self) -> None:
        self._celery = for_courier(config.current())
        self._quiet_until = 0.0

    def send(self, job: str, row_id: int) -> None:
        """Hand over one row in under a second, or raise."""
        if time.monotonic() < self._quiet_until:
            raise BrokerAway("the broker was away a moment ago")
        try:
            # One retry at once: a pooled connection may have died with an earlier broker.
            self._celery.send_task(
                f"grants.{job}",
                args=[row_id],
                retry=True,
                retry_policy={"max_retries": 1, "interval_start": 0},
            )
        except Exception:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            raise
