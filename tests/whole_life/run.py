"""A whole-life run from beginning to end, telling each stage as it goes."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from grants.applications.states import Stage
from grants.core.db import db
from grants.core.money import pounds
from grants.exports.states import Format
from grants.notifications.states import MessageState
from tests.smtp_sink import taken
from tests.unit.exports.rows import schema_faults
from tests.whole_life import checks, stages
from tests.whole_life.machinery import Machinery, machinery
from tests.whole_life.stages import Failed, Life

PATIENCE = 600.0
"""Seconds that the workers may take for what is asked of them at once."""

TOLD_EVERY = 5.0


@dataclass
class Telling:
    """What is printed: a line a stage, and while one runs how far it is."""

    memory: Callable[[], int]
    began: float = field(default_factory=time.monotonic)
    _last: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, object]]:
        """Time a stage and print its counts, which the caller puts into the dict."""
        counts: dict[str, object] = {}
        began = self._last = time.monotonic()
        yield counts
        told = " ".join(f"{key}={value}" for key, value in counts.items())
        seconds = time.monotonic() - began
        print(f"{name:<10} {told:<52} {seconds:7.1f} s  peak {self.memory() / 2**20:4.0f} MB", flush=True)

    def progress(self, done: int, total: int) -> None:
        """Say now and then how far the stage is."""
        if time.monotonic() - self._last > TOLD_EVERY:
            self._last = time.monotonic()
            print(f"  … {done:,} of {total:,}", file=sys.stderr, flush=True)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for the workers. Raises Failed when they take longer than anybody would wait."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"waited {PATIENCE:.0f} s in vain for {what}")
            time.sleep(0.2)


def live(folder: Path, grants: Path, *, most: int | None, keep: Path | None) -> str:
    """Live through it in `folder`; copy the open data to `keep`. Gives the closing line. Raises Failed."""
    with machinery(folder) as machine, machine.app.app_context():
        telling = Telling(lambda: machine.memory.peak)
        with telling.stage("import") as counts:
            life, counts["bids"], counts["refused"] = stages.begin(grants, most=most)
        bids = int(str(counts["bids"]))
        with telling.stage("screen") as counts:
            counts["in_review"] = stages.screen(life, telling.progress)
        with telling.stage("assign") as counts:
            counts["reviews"] = assigned = stages.assign(life, telling.wait)
        with telling.stage("score") as counts:
            counts["sheets"] = stages.score(life, telling.progress)
        with telling.stage("rank") as counts:
            counts["ranked"] = stages.ranked(life)
        with telling.stage("decide") as counts:
            counts["awards"], awarded = stages.decide(life)
            awards, counts["awarded"] = int(str(counts["awards"])), pounds(awarded)
        with telling.stage("release") as counts:
            counts["decisions"] = released = stages.release(life)
        with telling.stage("deliver") as counts:
            counts["letters"], counts["messages"] = _deliver(machine, telling)
            letters, messages = int(str(counts["letters"])), int(str(counts["messages"]))
        with telling.stage("export") as counts:
            path = _export(machine, telling, life, awards=awards, awarded=awarded, counts=counts)
        with telling.stage("verify") as counts:
            counts["trail_entries"] = checks.trail()
        _must_agree(life, bids=bids, reviews=assigned, released=released, letters=letters)
        digest = sha256(path.read_bytes()).hexdigest()
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            path = Path(shutil.copy(path, keep / "allocations-360giving.json"))
        print(
            f"in all {time.monotonic() - telling.began:.0f} s, peak memory {telling.memory() / 2**20:.0f} MB"
        )
    return (
        f"whole-life: ok bids={bids} reviews={assigned} awards={awards} awarded_pence={awarded} "
        f"messages={messages} export={path} sha256={digest}"
    )


def _deliver(machine: Machinery, telling: Telling) -> tuple[int, int]:
    """Wait until the workers have sent everything. Gives how many letters and messages in all arrived.

    Raises Failed unless the mail server took every message exactly once.
    """
    waiting = (MessageState.QUEUED, MessageState.SENDING, MessageState.HANDING_OVER)

    def all_sent() -> bool:
        now = stages.messages()
        telling.progress(now[MessageState.SENT], now.total())
        return not any(now[state] for state in waiting)

    telling.wait(all_sent, "the worker to send the messages")
    states, arrived = stages.messages(), taken(machine.mail_file)
    if set(states) != {MessageState.SENT}:
        raise Failed(f"Not every message was sent: {dict(states)}")
    if len(arrived) != states.total() or max(arrived.values()) != 1:
        raise Failed(
            f"{states.total()} messages were sent, {arrived.total()} arrived of {len(arrived)} kinds."
        )
    return stages.messages("decision")[MessageState.SENT], states.total()


def _export(
    machine: Machinery, telling: Telling, life: Life, *, awards: int, awarded: int, counts: dict[str, object]
) -> Path:
    ids = stages.request_exports(life)
    telling.wait(lambda: checks.exports_finished(list(ids.values())), "the worker to build the exports")
    files = {format_: checks.export_file(export_id) for format_, export_id in ids.items()}
    totals = checks.totals(files)
    counts["awards"], counts["formats"] = awards, len(files)
    if set(totals.values()) != {(awards, awarded)}:
        raise Failed(f"The exports do not agree with {awards} awards of {awarded} pence: {totals}")
    faults = schema_faults(files[Format.THREESIXTY_JSON].read_bytes())
    if faults:
        raise Failed(f"The 360Giving file is not valid: {faults[:3]}")
    return files[Format.THREESIXTY_JSON]


def _must_agree(life: Life, *, bids: int, reviews: int, released: int, letters: int) -> None:
    wanted = life.definition.rules.reviews_per_bid
    left = len(stages.bids_at(db.session(), life.round_id, Stage.IN_REVIEW))
    if (reviews, released, letters, left) != (bids * wanted, bids, bids, 0):
        raise Failed(
            f"{bids} bids need {bids * wanted} reviews, {bids} decisions and as many letters; there were "
            f"{reviews}, {released} and {letters}, and {left} bids were left in review."
        )
