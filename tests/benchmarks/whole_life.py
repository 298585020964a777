"""The whole-life run as two figures. It takes minutes, so it is only run when it is asked for by name."""

import re
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.paths import PROJECT

NAME = "whole-life"
MOST_MINUTES, MOST_MEGABYTES = 10, 500

_IN_ALL = re.compile(r"^in all (\d+) s, peak memory (\d+) MB$", re.MULTILINE)


def figures() -> Iterator[Figure]:
    """Run it, showing its lines on the way. Raises CalledProcessError when it fails."""
    argv = [sys.executable, "-m", "tests.whole_life"]
    said = ""
    with subprocess.Popen(argv, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", file=sys.stderr, flush=True)
            said += line
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    found = _IN_ALL.search(said)
    assert found is not None, "the run did not say how long it took"
    yield Figure(f"{NAME}: all of it", int(found[1]) / 60, "min", MOST_MINUTES)
    yield Figure(f"{NAME}: peak memory", int(found[2]), "MB", MOST_MEGABYTES)
