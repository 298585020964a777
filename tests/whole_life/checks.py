"""What is looked at when a run is over: the exports against each other, and the trail."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select

from grants.audit import actions as audit
from grants.audit import queries as trail_queries
from grants.audit.rules import verify
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.exports import queries as exports
from grants.exports.models import Export
from grants.exports.states import ExportState, Format
from tests.whole_life.stages import Failed


def exports_finished(ids: Sequence[int]) -> bool:
    """Whether every export is ready. Raises Failed when one could not be built."""
    with unit_of_work() as session:
        found = session.scalars(select(Export).where(Export.id.in_(ids))).all()
        for export in found:
            if export.state is ExportState.FAILED:
                raise Failed(f"The {export.format} export failed: {export.failure}")
        return all(export.state is ExportState.READY for export in found)


def export_file(export_id: int) -> Path:
    """The stored file of an export, found unchanged by its hash."""
    with unit_of_work() as session:
        export = exports.export_by_id(session, export_id)
        if exports.content_of(export) != exports.content_of(export):
            raise Failed(f"The {export.format} export is not the same twice.")
        return exports.file_of(export)


def totals(files: Mapping[Format, Path]) -> dict[Format, tuple[int, int]]:
    """How many awards each file holds and their sum in pence, each read by a reader of this test's own."""
    readers = {Format.CSV: _in_csv, Format.XLSX: _in_xlsx, Format.THREESIXTY_JSON: _in_json}
    return {format_: readers[format_](path) for format_, path in files.items()}


def _in_csv(path: Path) -> tuple[int, int]:
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    return len(rows), sum(_pence(row["Awarded (£)"]) for row in rows)


def _in_xlsx(path: Path) -> tuple[int, int]:
    heads, *rows, _total = load_workbook(path, read_only=True)["Allocations"].iter_rows(values_only=True)
    column = heads.index("Awarded (£)")
    return len(rows), sum(_pence(f"{row[column]:.2f}") for row in rows)


def _in_json(path: Path) -> tuple[int, int]:
    found = json.loads(path.read_bytes(), parse_float=Decimal)["grants"]
    return len(found), sum(_pence(str(grant["amountAwarded"])) for grant in found)


def _pence(pounds: str) -> int:
    return int(Decimal(pounds) * 100)


def trail() -> int:
    """Verify the trail up to a head signed just now. Gives its length; raises Failed for any fault."""
    with unit_of_work() as session:
        head = audit.sign_head(session, now=now())
    session = db.session()
    verdict = verify(trail_queries.walk(session), noted=trail_queries.noted_tail(session), head=head.tail)
    session.rollback()
    if not verdict.ok:
        raise Failed(f"The trail is not whole: {verdict.faults[:3]}")
    return verdict.count
