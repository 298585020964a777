"""Deeds on rounds: loading a fund file, giving bids their references, announcing opening and closing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken
from grants.notifications import actions as outbox
from grants.permissions import Actor, service
from grants.programme import notices, queries, rules
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import Change, fingerprint, merge_allowed, to_json
from grants.programme.models import Round


@dataclass(frozen=True)
class Loaded:
    """What loading a fund file came to."""

    round: Round
    created: bool
    applied: tuple[Change, ...]
    refused: tuple[Change, ...]


def load_fund(session: Session, *, definition: FundDefinition, actor: Actor, now: datetime) -> Loaded:
    """Load a checked fund file: a new round, or whatever may still change in one that is there.

    The rubric, weights, coverage, method, questions, amounts, rules and calendar freeze when the round
    opens; what the file would change of them is refused and named in the answer, the rest is applied.
    """
    found = queries.round_of_fund(session, definition.slug, definition.round_key)
    if found is None:
        return Loaded(
            _create(session, definition, actor=actor, now=now), created=True, applied=(), refused=()
        )
    existing = queries.locked(session, found.id)
    merged, applied, refused = merge_allowed(
        queries.definition_of(existing), definition, opened=now >= existing.opens_at
    )
    if applied:
        _write(existing, merged)
        existing.loaded_at = now
        audit.record(
            session, actor, "round.reloaded", existing, now=now,
            fingerprint=existing.fingerprint, applied=len(applied), refused=len(refused),
        )  # fmt: skip
        session.flush()
    return Loaded(existing, created=False, applied=applied, refused=refused)


def next_bid_ref(session: Session, *, round_id: int) -> str:
    """The next bid's reference in a round, such as 'LCR-0042'. Numbers are given once and never again."""
    round_ = queries.locked(session, round_id)
    number = round_.next_bid_number
    round_.next_bid_number = number + 1
    session.flush()
    return f"{_initials(round_.fund_slug)}{round_.id}-{number:04d}"


def announce_due(session: Session, *, now: datetime) -> int:
    """Record that rounds have opened or closed and tell their managers. Returns how many were announced.

    Announcing changes nothing: whether a bid is in time follows from the clock alone.
    """
    due = queries.unannounced(session, now=now)
    for round_ in due:
        closes_at = queries.closes_at(session, round_)
        closed = rules.openness(round_.opens_at, closes_at, now) is rules.Openness.CLOSED
        if round_.opening_announced_at is None:
            round_.opening_announced_at = now
            audit.record(session, service("beat"), "round.opened", round_, now=now)
        if closed and round_.closing_announced_at is None:
            round_.closing_announced_at = now
            audit.record(session, service("beat"), "round.closed", round_, now=now)
            for notice in notices.closed(session, round_, closes_at=closes_at):
                outbox.queue(session, notice, now=now)
    session.flush()
    return len(due)


def _create(session: Session, definition: FundDefinition, *, actor: Actor, now: datetime) -> Round:
    round_ = Round(fund_slug=definition.slug, round_key=definition.round_key, loaded_at=now)
    round_.ref = f"{definition.slug}-{definition.round_key}".replace("_", "-")
    if queries.is_taken(session, round_.ref):
        raise RuleBroken([Reason(f"Another round already has the address {round_.ref}.", "round_key")])
    _write(round_, definition)
    session.add(round_)
    session.flush()
    audit.record(
        session, actor, "round.loaded", round_, now=now, fingerprint=round_.fingerprint, pot=round_.pot
    )
    return round_


def _write(round_: Round, definition: FundDefinition) -> None:
    round_.name = definition.round_name
    round_.definition = to_json(definition)
    round_.fingerprint = fingerprint(definition)
    round_.opens_at = definition.calendar.opens_at
    round_.closes_at = definition.calendar.closes_at
    round_.pot = definition.amounts.pot


def _initials(slug: str) -> str:
    return "".join(word[0] for word in slug.split("-")).upper()
