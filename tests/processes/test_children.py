"""One child of the supervisor: how long it waits, what it says, and that its own children go with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from grants.children import LARGEST_LOG, Child, in_words, wait_after
from tests.processes.running import alive, wait_until


def make_child(folder: Path, script: str) -> Child:
    """A child that runs a shell script."""
    (folder / "logs").mkdir()
    return Child("sample", ["sh", "-c", script], folder, patience=1.0)


def test_waits_grow_and_end_at_half_a_minute() -> None:
    assert [wait_after(failures) for failures in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("code", "words"), [(3, "exit code 3"), (-9, "killed by SIGKILL")])
def test_ends_are_named(code: int, words: str) -> None:
    assert in_words(code) == words


def test_a_child_that_dies_is_started_again_after_growing_waits(tmp_path: Path) -> None:
    child = make_child(tmp_path, "exit 3")
    child.start()
    said: list[str] = []

    def died_twice() -> bool:
        said.extend(filter(None, [child.tend()]))
        return len(said) == 3

    wait_until(died_twice, "two deaths")
    died = f"sample stopped (exit code 3); it starts again in %d s; its log is {tmp_path}/logs/sample.log"
    assert said == [died % 1, "sample is started again", died % 2]
    child.end()


def test_a_child_that_was_well_for_long_waits_a_second_again(tmp_path: Path) -> None:
    child = make_child(tmp_path, "exit 3")
    child.start()
    child.failures, child.started = 5, child.started - 61
    wait_until(child.has_stopped, "the child to end")
    assert "it starts again in 1 s" in child.tend()


def test_grandchildren_die_with_the_child(tmp_path: Path) -> None:
    child = make_child(tmp_path, "sleep 300 & echo $!; wait")
    child.start()
    wait_until(child.logs.read_text, "the grandchild's number")
    grandchild = int(child.logs.read_text())
    child.end()
    wait_until(lambda: not alive(grandchild), "the grandchild to die")


def test_a_large_log_is_put_aside_at_the_start(tmp_path: Path) -> None:
    child = make_child(tmp_path, "echo new")
    child.logs.write_bytes(b"x" * (LARGEST_LOG + 1))
    child.start()
    wait_until(child.has_stopped, "the child to end")
    assert child.last_words() == "new"
    assert child.logs.with_suffix(".log.1").stat().st_size == LARGEST_LOG + 1


def test_a_child_stops_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    script = (
        "import os, pathlib, signal, time\n"
        "from grants.children import Child\n"
        f"child = Child('sample', ['sleep', '300'], pathlib.Path({str(tmp_path)!r}), 1.0)\n"
        "child.start()\n"
        "print(child.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    grandchild = int(parent.stdout)
    wait_until(lambda: not alive(grandchild), "the child of a killed parent to stop")
