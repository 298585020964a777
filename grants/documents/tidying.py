"""Comparing the store with the rows: files that nobody knows of go, rows whose file is gone are reported."""

from datetime import datetime, timedelta

import structlog

from grants.core.db import unit_of_work
from grants.documents import actions, queries

A_DAY = timedelta(days=1)
"""How old a file must be before it can be one that nobody knows of: its transaction is over by then."""

AT_ONCE = 500

log = structlog.get_logger(__name__)


def tidy(now: datetime) -> None:
    """Remove files without a row that are older than a day; note rows without a file on the row, in the trail
    and in the log.
    """
    store = queries.store()
    stored = list(store.files())
    old = [file.place for file in stored if file.written_at < now - A_DAY]
    for start in range(0, len(old), AT_ONCE):
        some = old[start : start + AT_ONCE]
        with unit_of_work() as session:
            known = queries.places(session, some)
        for place in set(some) - known:
            store.remove(place)
            log.info("removed a file that no row knows of", place=place)
    present = {file.place for file in stored}
    with unit_of_work() as session:
        for document_id, place in queries.in_the_store(session, sent_before=now - A_DAY):
            if place not in present and actions.note_missing(session, document_id=document_id, now=now):
                log.error("a file is missing from the store", document=document_id)
