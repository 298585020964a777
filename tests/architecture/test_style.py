"""Ruff and mypy find nothing."""

import subprocess
import sys

import pytest

from tests.paths import PROJECT


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_ruff_finds_no_fault() -> None:
    assert run("ruff", "check", "--quiet", "--output-format", "concise") == (0, "")


def test_every_file_is_in_the_house_format() -> None:
    assert run("ruff", "format", "--check", "--quiet", "--output-format", "concise") == (0, "")


@pytest.mark.slow
def test_every_type_fits() -> None:
    code, said = run("mypy")

    assert code == 0, said
