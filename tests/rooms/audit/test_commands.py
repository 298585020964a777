"""`grants audit verify` and `grants audit head`, as an auditor runs them."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants.audit import actions, commands
from grants.audit.commands import NO_HEAD
from grants.core.db import unit_of_work
from grants.permissions import service
from tests.rooms.audit.test_tampering import force

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def trail(session: Session) -> None:
    """Three deeds."""
    for n in range(1, 4):
        with unit_of_work():
            actions.record(session, service("t"), "deed.done", ("thing", n), now=NOON)


def run(*words: str) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["audit", *words])
    code: int = args.run(args)
    return code


def test_a_whole_trail_is_said_to_be_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("verify") == 0
    assert capsys.readouterr().out == (
        f"The trail is whole: 3 entries follow on one from another.\n{NO_HEAD}\n"
    )


def test_a_head_is_written_and_checked_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "head.json"
    assert run("head", "--out", str(file)) == 0
    assert capsys.readouterr().out == (f"The head at entry 3 is in {file}. Keep it outside this machine.\n")
    assert run("verify", "--head", str(file)) == 0
    assert capsys.readouterr().out == (
        "The trail is whole: 3 entries follow on one from another,"
        " and agree with the head signed at entry 3.\n"
    )


def test_a_head_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("head") == 0
    assert json.loads(capsys.readouterr().out)["seq"] == 3


def test_a_changed_entry_is_told_with_exit_code_1(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    force(session, "UPDATE trail_entry SET deed = 'deed.undone' WHERE seq = 2")
    assert run("verify") == 1
    assert capsys.readouterr().out == f"changed: Entry 2 is not as it was written.\n{NO_HEAD}\n"


def test_a_cut_trail_is_told_by_its_head(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "head.json"
    run("head", "--out", str(file))
    force(
        session,
        "DELETE FROM trail_entry WHERE seq = 3",
        "UPDATE trail_head SET seq = 2, hash = (SELECT hash FROM trail_entry WHERE seq = 2)",
    )
    capsys.readouterr()
    assert run("verify", "--head", str(file)) == 1
    assert capsys.readouterr().out == (
        "cut off: The trail ends at entry 2, the signed head stands at entry 3: its end was cut off.\n"
    )


def test_a_head_that_cannot_be_used_is_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, forged = tmp_path / "none.json", tmp_path / "forged.json"
    forged.write_text('{"seq":1,"hash":"","at":"","count":1,"signature":"00"}')
    assert (run("verify", "--head", str(missing)), run("verify", "--head", str(forged))) == (2, 2)
    assert capsys.readouterr().err == (
        f"{missing}: [Errno 2] No such file or directory: '{missing}'\n"
        f"{forged}: This head was altered or comes from elsewhere: the signature is not ours.\n"
    )
