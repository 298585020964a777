"""Files of finance with ten thousand lines: how long a worker builds one, and how much memory it takes.

`python -m tests.benchmarks.finance FOLDER KIND FORMAT` builds one on a prepared database, in a process of its
own, and prints its figures as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from grants import config
from grants.app import create_app
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.awards.models import Award
from grants.banking.models import BankDetails
from grants.banking.states import BankState, Modulus
from grants.core.db import Base, db, unit_of_work
from grants.exports import actions
from grants.exports.build import build_export
from grants.exports.finance_table import Wanted
from grants.exports.models import Export
from grants.exports.states import OF_FINANCE, ExportKind, ExportState, Format, Grouping
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.states import BatchState, CameBy, LineState, Owing, ReceivableState
from grants.permissions import service
from grants.programme import actions as programme
from grants.programme.models import Round
from grants.programme.paying import DueBy
from tests.benchmarks.bulk import bids_in_bulk
from tests.benchmarks.figures import Figure
from tests.benchmarks.town import settings_env
from tests.paths import PROJECT
from tests.rooms.applications import world as w
from tests.unit.applications.bids import fund

NAME = "finance"
LINES = 10_000
MOST_SECONDS, MOST_MEGABYTES = 3.0, 60.0
NOW = datetime(2022, 5, 1, 12, tzinfo=UTC)
YEAR_END = date(2022, 3, 31)
RELEASED = NOW - timedelta(days=90)


def figures() -> Iterator[Figure]:
    """Three figures a file. The lines of Excel's by theme are the groups and every award behind them."""
    with tempfile.TemporaryDirectory(prefix="grants-bench-") as name:
        folder = Path(name)
        with _app(folder).app_context():
            Base.metadata.create_all(db.engine)
            with unit_of_work() as session:
                _prepare(session)
        for kind in OF_FINANCE:
            for format_ in (Format.CSV, Format.XLSX):
                yield from _measured(folder, kind, format_)


def _measured(folder: Path, kind: ExportKind, format_: Format) -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(folder), kind.value, format_.value],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    what = f"{kind.value}, {told['lines']:,} lines, {format_.value}"
    yield Figure(f"{what}: time", told["seconds"], "s", MOST_SECONDS)
    yield Figure(f"{what}: processor time", told["processor"], "s")
    yield Figure(f"{what}: extra memory", told["megabytes"], "MB", MOST_MEGABYTES)


def build(folder: Path, kind: ExportKind, format_: Format) -> Mapping[str, float]:
    """Build one file by theme as a worker does. The memory is what the peak grew by, megabytes."""
    with _app(folder).app_context():
        with unit_of_work() as session:
            round_id = session.scalars(select(Round.id)).one()
            wanted = Wanted(kind, YEAR_END if kind is ExportKind.POSITION else None, Grouping.THEME)
            asked = actions.request_export(
                session, round_id=round_id, format=format_, wanted=wanted,
                actor=service("command line"), now=NOW,
            ).id  # fmt: skip
        before, began, worked = _peak(), perf_counter(), process_time()
        build_export(asked, NOW)
        seconds, processor = perf_counter() - began, process_time() - worked
        megabytes = (_peak() - before) / 1024
        made = db.session().get(Export, asked)
        if made is None or made.state is not ExportState.READY:
            raise RuntimeError(made.failure if made else "no export")
        return {
            "seconds": seconds, "processor": processor, "megabytes": megabytes, "lines": made.rows,
        }  # fmt: skip


def _peak() -> int:
    """Kilobytes, of this process alone: what `getrusage` tells begins with that of the process before it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])


def _app(folder: Path) -> Flask:
    settings = config.load(settings_env(folder, "redis://127.0.0.1:9", os.environ))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return create_app(settings)


def _prepare(session: Session) -> None:
    """Ten thousand awards of two themes and a partner each, every first half paid, every tenth asked back."""
    round_ = programme.load_fund(session, definition=fund(), actor=w.OPERATOR, now=NOW).round
    bids = bids_in_bulk(session, round_, LINES, now=RELEASED)
    person = w.person(session, "officer")
    other = w.person(session, "approver")
    keys = [theme.key for theme in fund().rubric.themes][:2]
    content = {
        "claims": keys,
        "places": [place.code for place in fund().places[:3]],
        "lead_share": 300_000,
        "partners": [{"name": "The Hive", "number": "", "share": 200_000}],
    }
    session.execute(update(Version).values(content=content))
    session.execute(update(Application).values(stage=Stage.ACTIVE))
    for table, rows in _rows(bids, round_, person, other).items():
        session.execute(insert(table), rows)


def _rows(
    bids: list[Application], round_: Round, person: int, other: int
) -> dict[type[Base], list[dict[str, Any]]]:
    batch = {
        "id": 1, "round_id": round_.id, "number": 1, "ref": "BENCH-P0001", "state": BatchState.SETTLED,
        "pay_on": YEAR_END - timedelta(days=20), "count": len(bids), "total": 1, "built_by_id": person,
        "built_at": RELEASED, "sent_at": RELEASED + timedelta(days=9),
    }  # fmt: skip
    found: dict[type[Base], list[dict[str, Any]]] = {
        table: [] for table in (Decision, Award, BankDetails, Instalment)
    }
    found |= {PaymentBatch: [batch], PaymentLine: [], Receivable: []}
    for number, bid in enumerate(bids, 1):
        found[Decision].append(
            {"application_id": bid.id, "outcome": Outcome.FUND, "amount": bid.ask, "reason": "Strong",
             "decided_by_id": person, "decided_at": RELEASED, "released_at": RELEASED, "version": 1}
        )  # fmt: skip
        found[Award].append({"application_id": bid.id, "amount": bid.ask, "accepted_at": RELEASED,
                             "accepted_by_id": person})  # fmt: skip
        found[BankDetails].append(_account(bid, number, person, other))
        found[Instalment] += _halves(bid, number, person)
        found[PaymentLine].append(
            {"batch_id": 1, "instalment_id": 2 * number - 1, "application_id": bid.id,
             "reference": f"B-{number}/1", "amount": bid.ask // 2, "state": LineState.PAID,
             "bank_details_id": number,
             "settled_at": NOW, "paid_at": RELEASED + timedelta(days=12), "version": 1}
        )  # fmt: skip
        found[Receivable].append(
            {"id": number, "application_id": bid.id, "number": 1, "ref": f"{bid.ref}-R1",
             "owing": Owing.UNDERSPEND, "amount": 2_000, "reason": "Left over",
             "state": ReceivableState.INVOICED, "drafted_by_id": person, "drafted_at": RELEASED,
             "approved_by_id": other, "approved_at": RELEASED, "due_on": YEAR_END, "version": 1}
        )  # fmt: skip
    found[Receipt] = [
        {"receivable_id": number, "came_by": CameBy.BANK, "amount": 1_001, "received_on": YEAR_END,
         "recorded_by_id": person, "recorded_at": NOW}
        for number in range(10, len(bids), 10)
    ]  # fmt: skip
    return found


def _halves(bid: Application, number: int, person: int) -> list[dict[str, Any]]:
    half = bid.ask // 2
    return [
        {"id": 2 * number + which - 2, "application_id": bid.id, "number": which, "name": "Half",
         "amount": amount, "due_by": DueBy.DAY, "due_on": YEAR_END + timedelta(days=60 * which - 90),
         "planned_by_id": person, "planned_at": RELEASED, "version": 1}
        for which, amount in ((1, half), (2, bid.ask - half))
    ]  # fmt: skip


def _account(bid: Application, number: int, person: int, other: int) -> dict[str, Any]:
    return {
        "id": number, "organisation_id": bid.lead_id, "state": BankState.APPROVED, "sealed": "",
        "digest": str(number), "ending": "00", "modulus": Modulus.PASSED, "entered_by_id": person,
        "entered_at": RELEASED, "settled_by_id": other, "settled_at": RELEASED, "version": 1,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(build(Path(sys.argv[1]), ExportKind(sys.argv[2]), Format(sys.argv[3]))))
