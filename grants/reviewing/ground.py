"""What a sharing-out starts from, read in one go, and a digest by which it is known again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.permissions import GRANTED, Permission
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.programme.models import Round
from grants.reviewing import queries, runs
from grants.reviewing.models import ReviewerExpertise
from grants.reviewing.states import EXPERT_FROM, LIVE, AssignmentState

Pair = tuple[int, int]
"""A bid's id and a person's id."""

REVIEWING_ROLES = [role for role, granted in GRANTED.items() if Permission.REVIEW_BIDS in granted]

work_done: dict[str, Callable[[Session, int], Mapping[Pair, bool]]] = {}
"""By room: the (bid, person) of a round on which work has begun, and whether it is locked.

Later rooms enter themselves here when the app is made, given the session and the round's id.
"""


@dataclass(frozen=True)
class Panelist:
    """A reviewer: the most bids they may read (0 for those who read no more), and their levels by theme."""

    person: int
    citizen: bool
    most: int
    levels: Mapping[str, int]

    @property
    def expert_in(self) -> frozenset[str]:
        """The themes in which they count as an expert."""
        return frozenset(theme for theme, level in self.levels.items() if level >= EXPERT_FROM)


@dataclass(frozen=True)
class Ground:
    """A round as a sharing-out sees it. `refs` and `versions` (what each bid consists of) are by bid.

    `standing` pairs stay whatever happens, `planned` ones are given but untouched, `forbidden` never
    made.
    """

    seed: str
    reviews: int
    citizens: int
    refs: Mapping[int, str]
    versions: Mapping[int, int | None]
    panel: tuple[Panelist, ...]
    standing: tuple[Pair, ...]
    planned: tuple[Pair, ...]
    forbidden: tuple[Pair, ...]

    def digest(self) -> str:
        """The same for the same ground, and for no other."""
        people = [(one.person, one.citizen, one.most, sorted(one.levels.items())) for one in self.panel]
        parts = (
            self.seed, self.reviews, self.citizens, sorted(self.versions.items()), people,
            self.standing, self.planned, self.forbidden,
        )  # fmt: skip
        return sha256(repr(parts).encode()).hexdigest()


def read(session: Session, round_: Round) -> Ground:
    """The round as it stands, in a constant number of queries."""
    rules = programme.definition_of(round_).rules
    refs = runs.bids_in_review(session, round_.id)
    rows = session.execute(
        select(Application.id, Application.current_version_id).where(
            Application.round_id == round_.id, Application.stage == Stage.IN_REVIEW
        )
    )
    standing, planned, closed = _pairs(session, round_.id)
    forbidden = closed | runs.conflict_pairs(session, round_.id) | runs.own_bids(session, round_.id)
    return Ground(
        seed=round_.ref,
        reviews=rules.reviews_per_bid,
        citizens=rules.citizen_reviews_per_bid,
        refs=refs,
        versions=dict(rows.all()),
        panel=_panel(session),
        standing=tuple(sorted(standing)),
        planned=tuple(sorted(planned)),
        forbidden=tuple(sorted(forbidden)),
    )


def claims(session: Session, round_id: int) -> dict[int, tuple[str, ...]]:
    """The themes that each bid in review claims in the version reviewers read. One query."""
    rows = session.execute(
        select(Version.application_id, Version.content["claims"]).where(
            Version.id.in_(
                select(Application.current_version_id).where(
                    Application.round_id == round_id, Application.stage == Stage.IN_REVIEW
                )
            )
        )
    )
    return {bid: tuple(themes or ()) for bid, themes in rows}


def begun(session: Session, round_id: int) -> dict[Pair, bool]:
    """The (bid, person) of the round on which work has begun, by any room's account, and whether locked."""
    found: dict[Pair, bool] = {}
    for look in work_done.values():
        found.update(look(session, round_id))
    return found


def _pairs(session: Session, round_id: int) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """What stands, what is planned, and what is closed: conflicted, declined, or taken off by hand."""
    touched = begun(session, round_id)
    standing: set[Pair] = set()
    planned: set[Pair] = set()
    closed: set[Pair] = set()
    for bid, person, state, by_hand in runs.pairs_of_round(session, round_id):
        if state in LIVE:
            stays = state is AssignmentState.CLEARED or (bid, person) in touched or by_hand
            (standing if stays else planned).add((bid, person))
        elif by_hand or state is not AssignmentState.REMOVED:
            closed.add((bid, person))
    return standing, planned, closed


def _panel(session: Session) -> tuple[Panelist, ...]:
    """Everybody on the panel: nothing more for the inactive, nor for those who lost the role."""
    able = {person.id for role in REVIEWING_ROLES for person in accounts.people_with_role(session, role)}
    levels: dict[int, dict[str, int]] = {}
    for person, theme, level in session.execute(
        select(ReviewerExpertise.person_id, ReviewerExpertise.theme, ReviewerExpertise.level)
    ):
        levels.setdefault(person, {})[theme] = level
    return tuple(
        Panelist(
            person=reviewer.person_id,
            citizen=reviewer.kind is ReviewerKind.CITIZEN,
            most=reviewer.most_bids if reviewer.active and reviewer.person_id in able else 0,
            levels=levels.get(reviewer.person_id, {}),
        )
        for reviewer in queries.all_reviewers(session)
    )
