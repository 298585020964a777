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
"""Bids that are named in each part of an e-mail; the others are counted."""


@dataclass(frozen=True)
class Silence:
    """A reviewer whose reviews of a round are late, as managers are told of them.

    `due_at` is when the first of them was due, `seen_at` when the reviewer last did anything in the round.
    """

    round_id: int
    person_id: int
    name: str
    to_declare: int
    to_score: int
    due_at: datetime
    seen_at: datetime | None


def outstanding(
    person: Person,
    digest: ReviewDigest,
    *,
    owed: Sequence[Owed],
    silent: Sequence[Silence],
    rounds: Mapping[int, Round],
    managers_told: bool,
    now: datetime,
) -> Notice:
    """What the person owes, by round and due date, and (for a manager) who is late and what they owe."""
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
            "silent": [_silent(round_id, rounds, silent) for round_id in _rounds(silent)],
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


def _rounds(silent: Sequence[Silence]) -> list[int]:
    return list(dict.fromkeys(one.round_id for one in silent))


def _silent(round_id: int, rounds: Mapping[int, Round], silent: Sequence[Silence]) -> dict[str, object]:
    round_ = rounds[round_id]
    return {
        "round": round_.name,
        "path": f"/scoring/progress/{round_.ref}/",
        "people": [
            {
                "name": one.name,
                "left": one.to_declare + one.to_score,
                "to_declare": one.to_declare,
                "due": exact_minute(one.due_at),
                "seen": short_moment(one.seen_at) if one.seen_at else "",
            }
            for one in silent
            if one.round_id == round_id
        ],
    }
