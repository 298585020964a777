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
from tests.whole_life import accounts, checks, money, stages
from tests.whole_life.machinery import Machinery, machinery
from tests.whole_life.money import Money
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
        judged = _judge(life, telling)
        with telling.stage("release") as counts:
            counts["decisions"] = released = stages.release(life)
        with telling.stage("deliver") as counts:
            counts["letters"], _ = letters, _ = _deliver(machine, telling)
        _must_agree(life, judged, released=released, letters=letters)
        money = _pay(life, telling, judged)
        with telling.stage("deliver") as counts:
            _, counts["messages"] = _, messages = _deliver(machine, telling)
        with telling.stage("export") as counts:
            path = _export(telling, life, judged, counts=counts)
        with telling.stage("verify") as counts:
            counts["trail_entries"] = checks.trail()
        digest = sha256(path.read_bytes()).hexdigest()
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            path = Path(shutil.copy(path, keep / "allocations-360giving.json"))
        print(
            f"in all {time.monotonic() - telling.began:.0f} s, peak memory {telling.memory() / 2**20:.0f} MB"
        )
    return (
        f"whole-life: ok bids={judged.bids} reviews={judged.reviews} awards={judged.awards} "
        f"awarded_pence={judged.awarded} messages={messages} paid_pence={money.paid} "
        f"batches={len(money.files)} failed_lines={money.failed} clawback_pence={money.clawback} "
        f"export={path} sha256={digest}"
    )


@dataclass(frozen=True)
class Judged:
    """How many bids, reviews and awards there were, and what was awarded in pence."""

    bids: int
    reviews: int
    awards: int
    awarded: int


def _judge(life: Life, telling: Telling) -> Judged:
    """From the imported bids to the panel's decisions."""
    with telling.stage("screen") as counts:
        counts["in_review"] = bids = stages.screen(life, telling.progress)
    with telling.stage("assign") as counts:
        counts["reviews"] = reviews = stages.assign(life, telling.wait)
    with telling.stage("score") as counts:
        counts["sheets"] = stages.score(life, telling.progress)
    with telling.stage("rank") as counts:
        counts["ranked"] = stages.ranked(life)
    with telling.stage("decide") as counts:
        counts["awards"], awarded = awards, awarded = stages.decide(life)
        counts["awarded"] = pounds(awarded)
    return Judged(bids, reviews, awards, awarded)


def _pay(life: Life, telling: Telling, judged: Judged) -> Money:
    """From the offers to the last penny. The pot and its parts are compared after every step."""
    done = Money()
    with telling.stage("award") as counts:
        ids = accounts.take_up(life, telling.wait, telling.progress)
        counts["taken_up"], counts["accounts"] = len(ids), accounts.open_accounts(life, telling.progress)
        counts["checks"] = accounts.look_into(life, ids, telling.progress)
    with telling.stage("schedule") as counts:
        counts["instalments"] = money.draw_up(life)
    with telling.stage("pay") as counts:
        first = money.send_batch(life, done)
        counts["released"] = money.release_rest(life)
        second = money.send_batch(life, done)
        counts["at_bank"] = pounds(money.reconciled(life).unpaid)
    with telling.stage("settle") as counts:
        money.hear_from_bank(life, done, first, failing=2, why=money.BANK_IS_DOWN)
        money.hear_from_bank(life, done, second, failing=1, why=money.ACCOUNT_CLOSED)
        counts["failed"], counts["paid"] = done.failed, pounds(money.reconciled(life).net_paid)
    with telling.stage("retry") as counts:
        money.change_account(life, second)
        money.hear_from_bank(life, done, money.send_batch(life, done), failing=0, why="")
        counts["paid"] = pounds(money.reconciled(life).net_paid)
    with telling.stage("clawback") as counts:
        money.claw_back(life, done, ids[0])
        counts["came_back"] = pounds(done.clawback)
    with telling.stage("reconcile") as counts:
        money.must_be_settled(life, done, awarded=judged.awarded)
        counts["batches"] = len(done.files)
    return done


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


def _export(telling: Telling, life: Life, judged: Judged, *, counts: dict[str, object]) -> Path:
    ids = stages.request_exports(life)
    telling.wait(lambda: checks.exports_finished(list(ids.values())), "the worker to build the exports")
    files = {format_: checks.export_file(export_id) for format_, export_id in ids.items()}
    totals = checks.totals(files)
    counts["awards"], counts["formats"] = judged.awards, len(files)
    if set(totals.values()) != {(judged.awards, judged.awarded)}:
        raise Failed(f"The exports do not agree with {judged}: {totals}")
    faults = schema_faults(files[Format.THREESIXTY_JSON].read_bytes())
    if faults:
        raise Failed(f"The 360Giving file is not valid: {faults[:3]}")
    return files[Format.THREESIXTY_JSON]


def _must_agree(life: Life, judged: Judged, *, released: int, letters: int) -> None:
    bids, wanted = judged.bids, life.definition.rules.reviews_per_bid
    left = len(stages.bids_at(db.session(), life.round_id, Stage.IN_REVIEW))
    if (judged.reviews, released, letters, left) != (bids * wanted, bids, bids, 0):
        raise Failed(
            f"{bids} bids need {bids * wanted} reviews, {bids} decisions and as many letters; there were "
            f"{judged.reviews}, {released} and {letters}, and {left} bids were left in review."
        )
