"""Having one file scanned for viruses: short transactions before and after, none while the scanner reads."""

from datetime import datetime

import structlog

from grants.core.db import unit_of_work
from grants.documents import actions, clamav, queries
from grants.documents.actions import Claimed
from grants.documents.store import FileGone

log = structlog.get_logger(__name__)


def scan_one(document_id: int, now: datetime) -> None:
    """Have the file scanned if it waits and nobody else has taken it; else do nothing.

    Whatever happens is written on the row. A scanner that is away only makes the verdict late.
    """
    address = queries.scanner()
    if not address:
        return
    with unit_of_work() as session:
        held = actions.claim(session, document_id=document_id, now=now)
    if held is None:
        return
    try:
        verdict = clamav.scan(address, queries.store().read(held.place, held.sha256))
    except (clamav.NoScanner, clamav.CannotScan, FileGone) as reason:
        log.warning("no verdict on a file", document=held.id, attempt=held.attempt, reason=str(reason))
        _try_later(held, reason, now)
        return
    with unit_of_work() as session:
        if verdict.clean:
            actions.passed(session, held=held, now=now)
            return
        found = actions.found_virus(session, held=held, signature=verdict.signature, now=now)
    if found:
        queries.store().remove(held.place)


def _try_later(held: Claimed, reason: Exception, now: datetime) -> None:
    with unit_of_work() as session:
        if isinstance(reason, clamav.NoScanner):
            actions.put_back(session, held=held, reason=str(reason), now=now)
        else:
            actions.no_verdict(session, held=held, reason=str(reason), now=now)
