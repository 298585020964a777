"""`grants import bids`: a dry run unless told otherwise, a report by row, and exit codes."""

import argparse
import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications import commands
from grants.applications.models import Application
from grants.core.cells import restored
from grants.core.db import unit_of_work
from grants.core.places import funds_folder
from grants.permissions import service
from grants.programme import actions as programme
from grants.programme.fund_file import read_fund_file
from tests.rooms.applications.world import OPEN
from tests.unit.applications.bid_texts import as_json, grant

GOOD = [grant(id=f"360G-example-{n}") for n in range(1, 26)]
BAD = [grant(id=f"360G-example-b{n}", currency="USD") for n in range(1, 26)]


@pytest.fixture
def replay(session: Session) -> str:
    definition = read_fund_file(Path(funds_folder() / "replay.toml").read_text())
    with unit_of_work():
        return programme.load_fund(
            session, definition=definition, actor=service("command line"), now=OPEN
        ).round.ref


def run(file: Path, replay: str, *words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["import", "bids", str(file), "--round", replay, *words])
    return int(args.run(args))


def count(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Application))


def test_a_dry_run_writes_nothing(
    session: Session, replay: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "grants.json"
    file.write_bytes(as_json(*GOOD))

    assert run(file, replay) == 0
    assert capsys.readouterr().out.splitlines() == [
        "grants.json: 25 rows (360Giving JSON), into replay-2020",
        "  new             25   asking for £31,262.50",
        "  unchanged        0   imported before",
        "  refused          0",
        "Dry run: nothing was written. Add --commit to import 25 bids.",
    ]
    assert count(session) == 0


def test_a_clean_file_is_written_once(
    session: Session, replay: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "grants.json"
    file.write_bytes(as_json(*GOOD))

    assert run(file, replay, "--commit") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Imported 25 bids."
    assert run(file, replay, "--commit") == 0
    assert capsys.readouterr().out.splitlines() == [
        "grants.json: 25 rows (360Giving JSON), into replay-2020",
        "  new              0   asking for £0",
        "  unchanged       25   imported before",
        "  refused          0",
        "Nothing was written: there is nothing new to import.",
    ]
    assert count(session) == 25


def test_refused_rows_keep_everything_out_unless_they_may_be_skipped(
    session: Session, replay: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "grants.json"
    file.write_bytes(as_json(*BAD, *GOOD))

    assert run(file, replay, "--commit") == 1
    lines = capsys.readouterr().out.splitlines()
    reason = "currency: The currency is “USD”. Only pounds sterling (GBP) are taken."
    assert lines[3:7] == [
        "  refused         25",
        "Reasons:",
        f"       25 × {reason}",
        "Refused:",
    ]
    assert lines[7:27] == [f"  row {n} (360G-example-b{n}): {reason}" for n in range(1, 21)]
    assert lines[27:] == [
        "  and 5 more",
        "Nothing was written, because rows were refused. Add --skip-refused to import the others.",
    ]
    assert count(session) == 0

    assert run(file, replay, "--commit", "--skip-refused") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Imported 25 bids."
    assert count(session) == 25


def test_the_report_has_every_row_and_runs_nothing(replay: str, tmp_path: Path) -> None:
    file, report = tmp_path / "grants.json", tmp_path / "report.csv"
    file.write_bytes(as_json(grant(id="=1+1", amountAppliedFor=0), grant(id="360G-x", title=None)))

    assert run(file, replay, "--report", str(report)) == 1
    rows = list(csv.reader(report.read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["row", "identifier", "verdict", "field", "reason"],
        ["1", "'=1+1", "new", "", "The amount applied for is £0, so the amount awarded is taken."],
        ["2", "360G-x", "refused", "title", "This is missing."],
    ]
    assert restored(rows[1][1]) == "=1+1"


def test_files_that_cannot_be_read_are_told(
    replay: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"{")

    assert run(tmp_path / "none.json", replay) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'none.json'}: No such file or directory\n"
    assert run(broken, replay, "--commit") == 1
    assert capsys.readouterr().out.splitlines() == [
        "broken.json: 0 rows (360Giving JSON), into replay-2020",
        "  refused    This is not JSON. Expecting property name enclosed in double quotes "
        "at line 1, column 2.",
        "Nothing was written: the file cannot be read.",
    ]
