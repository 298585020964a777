"""The one e-mail a day about reviews that are owed: to reviewers, and to managers about who is silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.accounts.models import Person
from grants.core.clock import exact_minute, short_moment
from grants.notifications.actions import Notice
from grants.programme.models import Round
from grants.scoring.models import ReviewDigest
from grants.scoring.owed import Owed

MOST_NAMED = 30
"""Bids, or people, that are named in each part of an e-mail; the others are counted."""


@dataclass(frozen=True)
class Silence:
    """A reviewer whose reviews of a round are late, as managers are told of them.

    `due_at` is when the first of them was due.
    """

    round_id: int
    person_id: int
    name: str
    to_declare: int
    to_score: int
    due_at: datetime


def named(silent: Sequence[Silence]) -> dict[int, list[Silence]]:
    """Those whom an e-mail names, by round: the first of each."""
    found: dict[int, list[Silence]] = {}
    for one in silent:
        found.setdefault(one.round_id, []).append(one)
    return {round_id: people[:MOST_NAMED] for round_id, people in found.items()}


def outstanding(
    person: Person,
    digest: ReviewDigest,
    *,
    owed: Sequence[Owed],
    silent: Sequence[Silence],
    seen: Mapping[tuple[int, int], datetime],
    rounds: Mapping[int, Round],
    managers_told: bool,
    to_practise: Sequence[tuple[Round, bool]],
    now: datetime,
) -> Notice:
    """What the person owes, by round and due date, and (for a manager) who is late and what they owe.

    `seen` says of those who are `named`, by round and person, when they last did anything in the round.
    """
    return Notice(
        kind="reviews_outstanding",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "left": len(owed),
            "late": sum(one.due_at <= now for one in owed),
            "due": exact_minute(owed[0].due_at) if owed else "",
            "parts": [_part(key, rounds, owed, now) for key in _keys(owed)],
            "managers_told": managers_told,
            "practice": [{"round": one.name, "first": first} for one, first in to_practise],
            "silent": [
                _silent(rounds[round_id], people, seen, late=sum(one.round_id == round_id for one in silent))
                for round_id, people in named(silent).items()
            ],
            "people": len({one.person_id for one in silent}),
        },
        about=digest,
        key=f"reviews_outstanding:{person.id}:{digest.day.isoformat()}",
    )


def _keys(owed: Sequence[Owed]) -> list[tuple[int, datetime]]:
    return list(dict.fromkeys((one.round_id, one.due_at) for one in owed))


def _part(
    key: tuple[int, datetime], rounds: Mapping[int, Round], owed: Sequence[Owed], now: datetime
) -> dict[str, object]:
    round_id, due_at = key
    here = [one for one in owed if (one.round_id, one.due_at) == key]
    to_declare = [one.ref for one in here if not one.declared]
    to_score = [f"{one.ref}: {one.title}{' (begun)' if one.begun else ''}" for one in here if one.declared]
    return {
        "round": rounds[round_id].name,
        "due": exact_minute(due_at),
        "late": due_at <= now,
        "to_declare": to_declare[:MOST_NAMED],
        "more_to_declare": len(to_declare[MOST_NAMED:]),
        "to_score": to_score[:MOST_NAMED],
        "more_to_score": len(to_score[MOST_NAMED:]),
    }


def _silent(
    round_: Round, people: Sequence[Silence], seen: Mapping[tuple[int, int], datetime], *, late: int
) -> dict[str, object]:
    return {
        "round": round_.name,
        "path": f"/scoring/progress/{round_.ref}/",
        "people": [
            {
                "name": one.name,
                "left": one.to_declare + one.to_score,
                "to_declare": one.to_declare,
                "due": exact_minute(one.due_at),
                "seen": short_moment(seen[key]) if (key := (one.round_id, one.person_id)) in seen else "",
            }
            for one in people
        ],
        "more": late - len(people),
    }
