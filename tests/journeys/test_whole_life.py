"""The whole-life run at a sixtieth of its size: real grants, real workers, real mail, every penny paid."""

import re
import subprocess
import sys

import pytest

from tests.paths import PROJECT, needs_shared_data

CLOSING = re.compile(
    r"whole-life: ok bids=60 reviews=180 awards=(\d+) awarded_pence=(\d+) messages=(\d+) "
    r"paid_pence=(\d+) batches=3 failed_lines=3 clawback_pence=(\d+) export=\S+ sha256=[0-9a-f]{64}"
)


@needs_shared_data
@pytest.mark.slow
def test_sixty_bids_live_a_whole_life() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.whole_life", "--bids", "60"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    closing = CLOSING.fullmatch(done.stdout.splitlines()[-1])
    assert closing is not None, done.stdout
    awards, pence, messages, paid, clawback = map(int, closing.groups())
    assert awards > 0
    assert 0 < pence <= 150_000_000
    assert messages >= 60
    assert paid == pence
    assert 0 < clawback < pence


def test_a_missing_file_is_said_and_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.whole_life", "--grants", "no-such-file.json"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no file" in done.stderr
