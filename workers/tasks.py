"""What a worker runs: a task and a sweep a kind of work, and the chores. `celery -A workers.tasks worker`."""

from collections.abc import Callable
from functools import cache

import structlog
from celery import Celery, signals
from flask import Flask

from grants import config
from grants.app import create_app
from grants.core.clock import now
from grants.core.db import db
from grants.jobs import CHORES, WORKS, Chore, Work
from workers.celery_app import QUEUE, for_worker
from workers.schedule import beat_schedule, chore_for, sweep_for, task_for

SWEEP_ROWS = 500
"""Rows sent again by one sweep."""

log = structlog.get_logger(__name__)


@cache
def flask_app() -> Flask:
    """The application. Making it opens no connection, so a worker's children have it from their parent."""
    return create_app(config.current())


@signals.worker_init.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def warm_up(**_: object) -> None:
    """Make the application once, before the worker forks: its children begin at once and share its memory."""
    flask_app()


def do_work(work: Work, row_id: int) -> None:
    """Do `work` to one row."""
    with flask_app().app_context():
        work.run(row_id, now())
    log.info("done", work=work.name, row_id=row_id)


def sweep(work: Work) -> int:
    """Send left-behind rows again, unless the queue is still full of them. Gives their number."""
    if _queue_length() > SWEEP_ROWS:
        return 0
    with flask_app().app_context():
        waiting = work.waiting(db.session(), now())[:SWEEP_ROWS]
    for row_id in waiting:
        celery.send_task(task_for(work.name), args=[row_id])
    if waiting:
        log.info("sent again", work=work.name, rows=len(waiting))
    return len(waiting)


def do_chore(chore: Chore) -> None:
    """Do a chore."""
    with flask_app().app_context():
        chore.run(now())
    log.info("done", chore=chore.name)


def _queue_length() -> int:
    with celery.connection_for_write() as connection:
        return int(connection.default_channel.client.llen(QUEUE))


def _register(app: Celery) -> None:
    for work in WORKS:
        app.task(_bound(do_work, work), name=task_for(work.name))
        app.task(_bound(sweep, work), name=sweep_for(work.name))
    for chore in CHORES:
        app.task(_bound(do_chore, chore), name=chore_for(chore.name))


def _bound(function: Callable[..., object], job: Work | Chore) -> Callable[..., object]:
    def task(*args: int) -> None:
        function(job, *args)

    return task


celery = for_worker(config.current())
celery.conf.beat_schedule = beat_schedule()
_register(celery)
