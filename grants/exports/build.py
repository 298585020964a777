"""Building one export: short transactions before and after, none while the file is made."""

import time
from datetime import datetime, timedelta

import structlog

from grants import config
from grants.core.clock import today
from grants.core.db import db, unit_of_work
from grants.core.file_store import FULL
from grants.exports import actions, file_store, queries
from grants.exports.actions import Built, Claimed
from grants.exports.allocation_row import AllocationRow, Programme, total
from grants.exports.check_360giving import check_bytes
from grants.exports.collect import collect, programme_of
from grants.exports.control_total import awarded_in
from grants.exports.finance_collect import collect_finance
from grants.exports.finance_columns import MONEY
from grants.exports.finance_file import finance_file, read_total
from grants.exports.finance_table import FinanceTable, Wanted, stem
from grants.exports.states import EXTENSIONS, ExportKind, Format
from grants.exports.to_360giving import to_360giving
from grants.exports.to_csv import to_csv
from grants.exports.to_xlsx import to_xlsx
from grants.programme import queries as programme

STEMS = {
    Format.CSV: "allocations",
    Format.XLSX: "allocations",
    Format.THREESIXTY_JSON: "360giving",
}
"""What a file is called after its round."""

log = structlog.get_logger(__name__)


class CannotBuild(Exception):
    """Why the file cannot be built as things are, in words for the person who asked."""


def build_export(export_id: int, now: datetime) -> None:
    """Build the export if it waits and nobody else has taken it; else do nothing.

    Whatever happens is written on the row. If this process dies on the way, the row says so and the sweep
    starts again; a file is stored whole or not at all.
    """
    started = time.monotonic()
    with unit_of_work() as session:
        held = actions.claim(session, export_id=export_id, now=now)
    if held is None:
        return
    try:
        built = _build(held, now=now)
    except Exception as error:  # whatever it is, somebody waits for this file and must be told
        log.warning("export not built", export=held.id, attempt=held.attempt, error=repr(error))
        _note(held, error, now=now)
        return
    with unit_of_work() as session:
        actions.finish(
            session, held=held, built=built, now=now + timedelta(seconds=time.monotonic() - started)
        )


def _note(held: Claimed, error: Exception, *, now: datetime) -> None:
    with unit_of_work() as session:
        if isinstance(error, CannotBuild | OSError):
            actions.fail(session, held=held, reason=_in_words(error), now=now)
        else:
            reason = f"Something went wrong while the file was built ({type(error).__name__})."
            actions.put_back(session, held=held, reason=reason, now=now)


def _in_words(error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.errno in FULL:
        return "The disk is full, so the file could not be stored. Nothing was kept. Make room and ask again."
    return f"The file could not be stored: {error.strerror}. Nothing was kept. Ask whoever runs the service."


def _build(held: Claimed, *, now: datetime) -> Built:
    if held.wanted.kind is not ExportKind.ALLOCATIONS:
        return _build_finance(held, now=now)
    rows, about = _read(held.round_id)
    if not rows:
        raise CannotBuild("Nothing is awarded in this round any more, so there is nothing to export.")
    content = written(rows, about, held.format)
    if awarded_in(content, held.format) != total(rows):
        raise CannotBuild("The file’s awards do not add up to those on record. It was not kept.")
    findings = _findings(content, now=now) if held.format is Format.THREESIXTY_JSON else {}
    extension = EXTENSIONS[held.format]
    digest = file_store.keep(queries.folder(), content, extension)
    return Built(
        rows=len(rows),
        total=total(rows),
        file_name=f"{about.round_ref}-{STEMS[held.format]}-{today(now)}.{extension}",
        size=len(content),
        sha256=digest,
        findings=findings,
    )


def _read(round_id: int) -> tuple[list[AllocationRow], Programme]:
    """The rows, read without holding anybody up."""
    session = db.session()
    try:
        round_ = programme.round_by_id(session, round_id)
        about = programme_of(round_, public_url=config.current().public_url)
        return collect(session, round_id=round_id), about
    finally:
        session.rollback()


def _build_finance(held: Claimed, *, now: datetime) -> Built:
    """A file of finance. Nothing is held while it is written; how far it is, is told between."""
    table, about = _read_finance(held.round_id, held.wanted)

    def tell(hundredths: int) -> None:
        with unit_of_work() as session:
            actions.tell_progress(session, held=held, hundredths=hundredths)

    content = finance_file(table, about, held.format, tell=tell)
    if read_total(content, held.format, MONEY[held.wanted.kind][0].heading) != table.pence:
        raise CannotBuild("The file’s amounts do not add up to those on record. It was not kept.")
    extension = EXTENSIONS[held.format]
    return Built(
        rows=len(table.rows),
        total=table.pence,
        file_name=f"{about.round_ref}-{stem(held.wanted)}-{today(now)}.{extension}",
        size=len(content),
        sha256=file_store.keep(queries.folder(), content, extension),
        findings={},
    )


def _read_finance(round_id: int, wanted: Wanted) -> tuple[FinanceTable, Programme]:
    session = db.session()
    try:
        round_ = programme.round_by_id(session, round_id)
        about = programme_of(round_, public_url=config.current().public_url)
        return collect_finance(session, round_=round_, wanted=wanted), about
    finally:
        session.rollback()


def written(rows: list[AllocationRow], about: Programme, format_: Format) -> bytes:
    """The rows in one of the formats."""
    if format_ is Format.CSV:
        return to_csv(rows)
    return to_xlsx(rows, about) if format_ is Format.XLSX else to_360giving(rows, about)


def _findings(content: bytes, *, now: datetime) -> dict[str, int]:
    """What the quality checks find. Raises CannotBuild for a file that must not be published."""
    report = check_bytes(content, today=today(now))
    if not report.is_valid:
        first = report.findings[0]
        raise CannotBuild(
            f"The 360Giving file would not be valid: {first.text} ({', '.join(first.examples)}). "
            "It was not kept."
        )
    return {finding.check: finding.grants for finding in report.findings}
