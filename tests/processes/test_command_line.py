"""`grants` at the prompt: what it refuses, it refuses in one line and with exit code 2."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import PROJECT
from tests.processes.running import environment

pytestmark = pytest.mark.slow


def grants(data_dir: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """One command on the demo's settings."""
    return subprocess.run(
        [sys.executable, "-m", "grants.cli", *arguments],
        cwd=PROJECT,
        env=environment(data_dir, 8000, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_database_that_was_never_migrated_is_one_line(tmp_path: Path) -> None:
    done = grants(tmp_path / "data", "audit", "head")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("grants: The database is at revision None, not ")
    assert done.stderr.endswith(": run `grants migrate` first.\n")


def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    done = grants(tmp_path / "data", "migrate", GRANTS_DATABASE_URL="postgresql://127.0.0.1:9/grants")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("grants: The database cannot be used: ")


def test_a_broker_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    done = grants(tmp_path / "data", "health", "worker", GRANTS_BROKER_URL="redis://127.0.0.1:9/0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("grants: The broker cannot be used: ")


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    done = grants(tmp_path / "data", "migrate", GRANTS_BIND="0.0.0.0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_every_verb_has_help(tmp_path: Path) -> None:
    done = grants(tmp_path / "data", "--help")
    verbs = {
        words[0]: words[1:]
        for line in re.sub(r"\n {8,}", "  ", done.stdout).splitlines()
        if (words := line.split()) and line[:4] == "    "
    }
    assert done.returncode == 0
    assert [verb for verb, help_ in verbs.items() if not help_] == []
    assert list(verbs)[:7] == ["run", "init", "migrate", "web", "worker", "beat", "health"]
