"""What people wait for behind the pages: assignment, calibration and allocation, each in its own process.

The assignment instances are those on which other systems were measured, on a like machine with two cores.
`python -m tests.benchmarks.solvers NAME` runs one and prints its figures as JSON.
"""

import json
import resource
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from time import perf_counter
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, vstack

from grants.allocations.solver import Bid, Limit, Task, solve
from grants.reviewing.assign import Capacity, Demand, share_out
from grants.scoring.calibrate import Sheet, calibrate
from tests.benchmarks.figures import Figure
from tests.paths import PROJECT, SHARED_DATA

INSTANCES = SHARED_DATA.parent / "tools" / "affinities.py"
OPTIMUM = {300: 678_305, 2_000: 5_112_426, 10_000: 26_278_867}
"""The greatest total affinity under the same loads and conflicts, proven by linear programming."""

PEERS: Mapping[int, Mapping[str, str]] = {
    300: {
        "time": "HotCRP 0.7, OpenReview MinMax 1.3, FairFlow 1.9, FairSequence 4.3",
        "total": "HotCRP 96.9, MinMax 99.6, FairFlow 97.9, FairSequence 97.0",
        "worst": "HotCRP 80.9, MinMax 94.7, FairFlow 99.6, FairSequence 76.6",
    },
    2_000: {
        "time": "HotCRP 62, MinMax 34.7, FairFlow 89, FairSequence > 190",
        "total": "HotCRP 96.4, MinMax 99.1, FairFlow 96.9",
        "worst": "HotCRP 70.9, FairFlow 91.3",
    },
    10_000: {"time": "MinMax > 1,500 (stopped)"},
}
MOST_SECONDS = {300: 1.0, 2_000: 20.0, 10_000: 90.0}


def figures(only: str) -> Iterator[Figure]:
    """The figures of every solver with `only` in its name. HiGHS may print lines of its own before them."""
    for name in names(only):
        done = subprocess.run(
            [sys.executable, "-m", __name__, name], cwd=PROJECT, capture_output=True, text=True, check=True
        )
        yield from (Figure(**row) for row in json.loads(done.stdout.splitlines()[-1]))


def names(only: str) -> list[str]:
    """What can be measured; assignment only where its instances are."""
    return [name for name in RUNS if only in name and ("assignment" not in name or INSTANCES.is_file())]


def _assignment(bids: int, reviewers: int) -> Iterator[Figure]:
    made = runpy.run_path(str(INSTANCES))["instance"](bids, reviewers)
    fits, conflicts, low, high, reviews = made
    forbidden = {(int(bid), int(reader)) for bid, reader in np.argwhere(conflicts)}
    started = perf_counter()
    plan = share_out(
        demands=[Demand(bid, reviews, 0) for bid in range(bids)],
        reviewers=[Capacity(reader, False, bids) for reader in range(reviewers)],
        standing=(),
        forbidden=forbidden,
        seed="bench",
        fits=fits,
    )
    took = perf_counter() - started
    name, peers = f"assignment {bids:,} × {reviewers:,}", PEERS[bids]
    loads = np.bincount([reader for _, reader in plan.added], minlength=reviewers)
    assert not plan.short
    assert low <= loads.min() <= loads.max() <= high
    total = 100 * plan.lifted.after / OPTIMUM[bids]
    yield Figure(f"{name}: time", took, "s", MOST_SECONDS[bids], peers.get("time", ""))
    yield Figure(f"{name}: total affinity", total, "% of opt.", None, peers.get("total", ""), 99.8)
    if bids <= 2_000:
        worst = 100 * plan.lifted.worst / _bound(fits, conflicts, low, high, reviews)
        yield Figure(f"{name}: worst-served bid", worst, "% of LP", None, peers.get("worst", ""), 95)
    else:
        yield Figure(f"{name}: memory", _megabytes(), "MB", 1_500)
        yield Figure(f"{name}: worst-served bid", plan.lifted.worst, "affinity")


def _bound(fits: Any, conflicts: Any, low: int, high: int, reviews: int) -> float:
    """What a linear programme, which may split reviews, can give the worst-served bid."""
    bids, readers = fits.shape
    bid, reader = np.nonzero(~conflicts)
    size = len(bid)
    ones, places = np.ones(size), np.arange(size)
    each = coo_matrix((ones, (bid, places)), shape=(bids, size + 1)).tocsr()
    load = coo_matrix((ones, (reader, places)), shape=(readers, size + 1))
    served = coo_matrix(
        (
            np.concatenate([-fits[bid, reader].astype(float), np.ones(bids)]),
            (np.concatenate([bid, np.arange(bids)]), np.concatenate([places, np.full(bids, size)])),
        ),
        shape=(bids, size + 1),
    )
    found = linprog(
        np.concatenate([np.zeros(size), [-1.0]]),
        A_ub=vstack([load, -load, served]).tocsr(),
        b_ub=np.concatenate([np.full(readers, high), np.full(readers, -low), np.zeros(bids)]),
        A_eq=each,
        b_eq=np.full(bids, reviews),
        bounds=[(0, 1)] * size + [(0, None)],
        method="highs-ipm",
    )
    return float(-found.fun)


def _calibration(bids: int, reviewers: int, most: float) -> Iterator[Figure]:
    chance = np.random.default_rng(4)
    worth, lean = chance.normal(55, 12, bids), chance.normal(0, 8, reviewers)
    sheets = [
        Sheet(bid, int(reader), float(worth[bid] + lean[reader] + chance.normal(0, 10)))
        for bid in range(bids)
        for reader in chance.choice(reviewers, 3, replace=False)
    ]
    started = perf_counter()
    calibrate(sheets, span=100, asks=dict.fromkeys(range(bids), 3_000_000), pot=150_000_000)
    name = f"calibration {bids:,} × {reviewers:,}"
    yield Figure(f"{name}: time", perf_counter() - started, "s", most)
    yield Figure(f"{name}: memory", _megabytes(), "MB")


def _allocation(bids: int, most: float) -> Iterator[Figure]:
    """Five theme floors of 12 %, twelve ward floors of 2 %, a cap of 10 % for each lead, £1.5m."""
    chance, pot = np.random.default_rng(1), 150_000_000
    made, leads = [], max(3, bids // 3)
    for id in range(bids):
        themes = chance.choice(5, chance.integers(1, 4), replace=False)
        shares = {f"theme {theme}": Fraction(1, len(themes)) for theme in themes}
        shares |= {f"ward {chance.integers(12)}": Fraction(1), f"lead {chance.integers(leads)}": Fraction(1)}
        ask = int(np.clip(chance.lognormal(10.4, 0.7), 5_000, 150_000)) * 100
        made.append(Bid(id, Fraction(int(chance.integers(500, 10_000)), 100), ask, ask, shares))
    limits = [Limit(f"theme {at}", f"theme {at}", least=pot * 12 // 100) for at in range(5)]
    limits += [Limit(f"ward {at}", f"ward {at}", least=pot * 2 // 100) for at in range(12)]
    limits += [Limit(f"lead {at}", f"lead {at}", most=pot // 10) for at in range(leads)]
    started = perf_counter()
    answer = solve(Task(tuple(made), pot, tuple(limits)))
    assert answer is not None
    yield Figure(f"allocation of {bids:,} bids: proven optimum", perf_counter() - started, "s", most)


RUNS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "assignment 300": lambda: _assignment(300, 30),
    "assignment 2,000": lambda: _assignment(2_000, 200),
    "assignment 10,000": lambda: _assignment(10_000, 1_000),
    "calibration 300": lambda: _calibration(300, 30, 0.5),
    "calibration 10,000": lambda: _calibration(10_000, 1_000, 60),
    "allocation 300": lambda: _allocation(300, 1),
    "allocation 10,000": lambda: _allocation(10_000, 15),
}


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    rows = json.dumps([asdict(figure) for figure in RUNS[sys.argv[1]]()])
    sys.stdout.write(f"\n{rows}\n")
