"""Looking at a file in a process of its own, so that a hostile one can only harm that.

A file made to fill the memory or to keep a processor busy for ever ends with the process; the page that took
it goes on. `python -m grants.documents.apart` is that process: a line of JSON and the file come in, JSON goes
out.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress

from grants.core.language import mark
from grants.documents.checks import Looked, look
from grants.documents.faults import Fault
from grants.documents.states import Kind

MEMORY = 1024**3
SECONDS = 20

TOO_MUCH = Fault(
    mark("“%(name)s” could not be looked through safely, so it was not kept. Save it as a new PDF.")
)


def look_apart(
    name: str, content: bytes, *, kinds: Collection[Kind], largest: int, memory: int = MEMORY
) -> Looked:
    """As `checks.look`, held to `memory` bytes and 20 seconds. A file that needs more is refused."""
    order = json.dumps({"name": name, "kinds": sorted(kinds), "largest": largest, "memory": memory}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "grants.documents.apart"],
            input=order + b"\n" + content,
            capture_output=True,
            timeout=SECONDS * 2,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Looked(None, (TOO_MUCH.about(name),))
    return Looked(
        Kind(found["kind"]) if found["kind"] else None,
        tuple(Fault(sentence, facts) for sentence, facts in found["faults"]),
    )


def main() -> None:
    """Look at the file that comes in."""
    order = json.loads(sys.stdin.buffer.readline())
    most = (
        (resource.RLIMIT_AS, order["memory"]),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, value in most:
        with suppress(OSError, ValueError):  # not every system knows every limit
            resource.setrlimit(limit, (value, value))
    found = look(
        order["name"],
        sys.stdin.buffer.read(),
        kinds=[Kind(kind) for kind in order["kinds"]],
        largest=order["largest"],
    )
    faults = [(fault.sentence, dict(fault.facts)) for fault in found.faults]
    json.dump({"kind": found.kind, "faults": faults}, sys.stdout)


if __name__ == "__main__":
    main()
