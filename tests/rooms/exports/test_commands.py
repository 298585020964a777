"""`grants export build` and `grants export check`."""

import argparse
import json
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants.core.db import commit
from grants.core.errors import NotFound, RuleBroken
from grants.exports import commands
from grants.panels.states import Outcome
from tests.rooms.exports.awarded import awarded
from tests.rooms.panels.scored import Panel


@pytest.fixture
def panel(session: Session) -> Panel:
    made = awarded(session, (Outcome.FUND_IN_PART, 123_457))
    commit(session)
    return made


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["export", *words])
    return int(args.run(args))


@pytest.mark.parametrize("format_", ["csv", "xlsx", "360giving"])
def test_a_file_is_built_here_and_now(
    panel: Panel, tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    out = tmp_path / "file"

    assert run("build", "replay-2020", format_, "--out", str(out)) == 0
    content = out.read_bytes()
    assert capsys.readouterr().out.splitlines() == [
        str(out),
        f"  1 awards, £1,234.57, {len(content):,} bytes, sha256 {sha256(content).hexdigest()}",
    ]


def test_without_out_it_says_where_the_file_lies(panel: Panel, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", "replay-2020", "csv") == 0

    place = Path(capsys.readouterr().out.splitlines()[0])
    assert sha256(place.read_bytes()).hexdigest() == place.stem


def test_what_cannot_be_exported_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        run("build", "none", "csv")
    awarded(session, (Outcome.DECLINE, 0))
    commit(session)
    with pytest.raises(RuleBroken, match="Nothing has been awarded"):
        run("build", "replay-2020", "csv")


def test_what_the_service_writes_passes_its_own_check(
    panel: Panel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "grants.json"
    run("build", "replay-2020", "360giving", "--out", str(out))
    capsys.readouterr()

    assert run("check", str(out)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 grants, valid"
    assert {line.split()[0] for line in lines[:-1]} == {"hint"}


def test_a_bad_file_is_told_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "grants.json"
    file.write_text(json.dumps({"grants": [{"id": n, "title": "x", "description": "x"} for n in range(5)]}))

    assert run("check", str(file)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "error  schema: 5 of 5: a value is not of the kind the standard wants "
        "(grants/0/id, grants/1/id, grants/2/id, …)"
    )
    assert lines[-1] == "5 grants, not valid: it must not be published as it is"
    file.write_text("{")
    assert run("check", str(file)) == 1
    assert run("check", str(tmp_path / "none.json")) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'none.json'}: No such file or directory\n"
