"""How we use Celery: JSON only, late acknowledgement, one task at a time, no results, never an ETA."""

from collections.abc import Mapping

from celery import Celery

from grants.config import Settings

QUEUE = "grants"
TASK_SECONDS = 900
"""No task may take longer: its process is killed, and its row shows in a sweep or to a person."""

COMMON = {
    "task_default_queue": QUEUE,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_time_limit": TASK_SECONDS,
    "worker_prefetch_multiplier": 1,
    "worker_proc_alive_timeout": 60,
    # A task that is half done when the broker goes away is finished; delivered again, it finds its row done.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_send_task_events": False,
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # The schedule file is written after every task sent, so its age says whether beat is well.
    "beat_sync_every": 1,
}

WORKER_TRANSPORT = {
    # An unacknowledged task comes back after an hour, or within seconds once its worker's connection is gone.
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

COURIER_TRANSPORT = {"socket_timeout": 0.4, "socket_connect_timeout": 0.4, "retry_on_timeout": False}
"""A person waits while a web request hands over its work: better late by a sweep than a slow page."""


def for_worker(settings: Settings) -> Celery:
    """A Celery app that waits for its broker as long as it takes."""
    return _celery(settings, WORKER_TRANSPORT)


def for_courier(settings: Settings) -> Celery:
    """A Celery app that only sends, and gives up in under a second."""
    return _celery(settings, COURIER_TRANSPORT)


def _celery(settings: Settings, transport: Mapping[str, float | bool]) -> Celery:
    app = Celery("grants", broker=settings.broker_url, set_as_current=False)
    app.conf.update(COMMON, broker_transport_options=transport)
    return app
