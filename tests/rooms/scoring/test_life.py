"""A review's life in any order that people may think of: the service does what `life` says, and no more.

Hypothesis lets reviewers, manager, chairs and applicant do whatever they like to one bid on a real SQLite
file, each deed in a transaction of its own. After each the rows stand as on paper: nobody sees what others
scored before their own sheet is locked, no sheet of somebody with a conflict is in any mean, agreed scores
are suspended and reaffirmed as they should, the result is what the plain arithmetic makes of the sheets.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from grants.app import create_app
from grants.core.db import db
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.rooms.scoring import life as paper
from tests.rooms.scoring import living as d
from tests.rooms.scoring import reading_life as read

who = st.sampled_from(d.PEOPLE)
chairs = st.sampled_from(paper.CHAIRS)
scores = st.integers(0, 5)
some = st.integers(0, 99)
places = st.tuples(st.sampled_from(d.THEMES), st.sampled_from(("", "hearing")))

TOWN: list[d.Town] = []
"""Hypothesis makes the machines, so the town waits for them here."""


@pytest.fixture(scope="module", autouse=True)
def town(shared_databases: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[d.Town]:
    """The town, once for all lives."""
    folder = tmp_path_factory.mktemp("life")
    path = folder / "grants.sqlite3"
    app = create_app(settings_for(folder, fresh_sqlite(shared_databases, path).url))
    TOWN.append(d.Town(app, path))
    yield TOWN[0]
    with app.app_context():
        db.engine.dispose()
    TOWN.clear()


class ReviewsLife(RuleBasedStateMachine):
    """Everybody does whatever they like, more often than not something that makes sense."""

    def __init__(self) -> None:
        super().__init__()
        TOWN[0].put_back()
        self.life = d.new_life()
        self.pair = d.Pair(TOWN[0], self.life)

    def somebody(self, n: int, sensible: Callable[[paper.Seat], object]) -> str:
        """One of those for whom the deed makes sense, where there are any; now and then anybody."""
        fit = [name for name, seat in self.life.seats.items() if sensible(seat)]
        pool = fit if fit and n % 5 else d.PEOPLE
        return pool[n // 5 % len(pool)]

    @initialize(finished=st.sampled_from((0, 1, 2, 2)), begun=st.booleans())
    def begin(self, finished: int, begun: bool) -> None:
        """With a team that has declared, of whom none, one or two have locked, and perhaps one has begun."""
        team = ("rosa", "vera", "deputy")[: 2 + begun]
        for name in team:
            d.swap(self.pair, "", name)
            d.clear(self.pair, name)
        for name in team[2:] + team[:finished]:
            d.score(self.pair, name, (3, 4), lock=name != "deputy")

    @rule(n=some, on=who, way=st.sampled_from(("off", "on", "both", "decline", "retire")))
    def change_the_team(self, n: int, on: str, way: str) -> None:
        """The manager changes it, or somebody leaves it."""
        name = self.somebody(n, lambda seat: seat.task in paper.LIVE and seat.sheet != "locked")
        if way == "retire":
            d.retire(self.pair, name)
        elif way == "decline":
            d.decline(self.pair, name)
        else:
            d.swap(self.pair, "" if way == "on" else name, "" if way == "off" else on)

    @rule(n=some, steps=st.integers(1, 3), given=st.lists(scores, min_size=1, max_size=2))
    def work(self, n: int, steps: int, given: list[int]) -> None:
        """A reviewer goes on with what they have to do: gets the bid, declares, scores, locks."""
        name = self.somebody(n, lambda seat: seat.sheet != "locked" and not seat.blocked and seat.active)
        for _ in range(steps):
            if self.life.seats[name].task in ("", "removed", "declined"):
                d.swap(self.pair, "", name)
            elif self.life.seats[name].task == "assigned":
                d.clear(self.pair, name)
            else:
                d.score(self.pair, name, given, lock=len(given) == 2 or steps == 1)

    @rule(n=some, by=st.sampled_from(("", *paper.SETTLES)), then=st.integers(0, 4))
    def raise_conflict(self, n: int, by: str, then: int) -> None:
        """A conflict comes to light, often late; '' for the reviewer's own word. Perhaps it is rejected, or
        confirmed; then the chair says what holds without that review, and later it is pinned.
        """
        name = self.somebody(n, lambda seat: seat.sheet == "locked" and not seat.blocked)
        if by:
            d.record(self.pair, name, by)
        elif self.life.seats[name].task:
            d.declare(self.pair, name)
        other = "manager" if by == "chair" else "chair"
        if then and self.life.seats[name].conflict == "proposed":
            d.settle(self.pair, name, "reject" if then == 4 else "confirm", other)
        if then in (2, 3):
            self.agree("chair", ("youth", ""), then)
            self.end("chair", 0)
        if then == 3 and self.life.seats[name].conflict == "confirmed":
            d.settle(self.pair, name, "pin", other)

    @precondition(lambda self: any(seat.conflict for seat in self.life.seats.values()))
    @rule(n=some, deed=st.sampled_from(("lift", *paper.SETTLING)), by=st.sampled_from(paper.SETTLES))
    def settle(self, n: int, deed: str, by: str) -> None:
        """A conflict is settled, for the first time or anew."""
        name = self.somebody(n, lambda seat: seat.conflict and seat.raised_by != by)
        stands = self.life.seats[name].conflict
        if stands == "pinned" or (stands and deed == "lift"):
            d.lift(self.pair, name)
        elif stands:
            d.settle(self.pair, name, deed, by)

    @precondition(lambda self: self.life.ever_locked)
    @rule(n=some, steps=st.integers(1, 3), by=chairs, approve=st.integers(0, 3))
    def reopen(self, n: int, steps: int, by: str, approve: int) -> None:
        """A locked sheet goes some steps towards being opened again."""
        name = self.somebody(n, lambda seat: seat.sheet == "locked")
        for _ in range(steps):
            waits = self.life.seats[name].reopening
            step = {"": "ask" if approve % 2 else "draft", "asked": "draft"}.get(waits, "")
            d.reopen(self.pair, name, step or ("approve" if approve else "refuse"), by)

    @precondition(lambda self: self.life.ever_locked)
    @rule(by=chairs, place=places, score=scores)
    def agree(self, by: str, place: tuple[str, str], score: int) -> None:
        """A chair records an agreed score, or reaffirms what is suspended."""
        waiting = [one for one in self.life.agreed if one.suspended]
        if waiting and score:
            d.reaffirm(self.pair, by, waiting[score % len(waiting)])
        else:
            d.agree(self.pair, by, *place, score)

    @precondition(lambda self: self.life.ever_locked)
    @rule(by=chairs, withdraws=st.integers(0, 9))
    def end(self, by: str, withdraws: int) -> None:
        """The panel decides; now and then the applicant withdraws."""
        if withdraws == 9 and self.life.stage != "in_review":
            d.withdraw(self.pair)
        elif self.life.stage == "scored" or withdraws == 0:
            d.decide(self.pair, by)

    @invariant()
    def stands_as_on_paper(self) -> None:
        """Every row, and what each person may see."""
        if self.pair.moved:
            assert read.rows(self.pair.town) == read.rows_on_paper(self.life)
            assert read.sight(self.pair.town) == read.sight_on_paper(self.life)
            self.pair.moved = False

    def teardown(self) -> None:
        """The trail of the whole life is unbroken."""
        assert read.trail_holds(self.pair.town)


TestLife = ReviewsLife.TestCase
TestLife.settings = settings(max_examples=22, stateful_step_count=25, phases=(Phase.generate,))
