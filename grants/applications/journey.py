"""The steps that a sent bid goes through as its applicants see them, with dates and where it stands.

Nothing here depends on a decision before its release: a bid that is decided reads as one that waits for
the panel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grants.applications.released import Released
from grants.applications.states import Stage
from grants.core.clock import exact_minute, long_date
from grants.core.language import mark, say, say_count
from grants.programme.definition import FundDefinition


class Progress(StrEnum):
    """Whether a step is behind the bid, holds it now, or lies before it."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"


@dataclass(frozen=True)
class Step:
    """One step: what happens, and when."""

    title: str
    text: str
    progress: Progress


BEFORE_DECISION = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.SCORED, Stage.DECIDED)
TAKEN_UP = (Stage.ACTIVE, Stage.CLOSED)
ENDED = (Stage.INELIGIBLE, Stage.WITHDRAWN)

_STANDS_AT = {Stage.SUBMITTED: 1, Stage.IN_REVIEW: 2, Stage.SCORED: 3, Stage.DECIDED: 3}
_STANDS_AT_AFTERWARDS = {Stage.OFFERED: 5, Stage.ACTIVE: 6}
_BEHIND_ALL = 99


def steps(
    definition: FundDefinition,
    stage: Stage,
    *,
    submitted_at: datetime | None,
    decision: Released | None = None,
) -> list[Step]:
    """The way of a bid that was sent, first step first; empty for one that was not, or that left the way.

    `decision` is the one that has been released, if any.
    """
    if submitted_at is None or stage in ENDED or (stage not in BEFORE_DECISION and decision is None):
        return []
    told = [*_until_panel(definition, submitted_at)]
    if decision is None:
        told += _awaiting(definition)
        stands_at = _STANDS_AT[stage]
    else:
        told += _decided(definition, stage, decision)
        stands_at = _STANDS_AT_AFTERWARDS.get(stage, _BEHIND_ALL)
    return [Step(title, text, _progress(n, stands_at)) for n, (title, text) in enumerate(told)]


def _progress(number: int, stands_at: int) -> Progress:
    if number == stands_at:
        return Progress.NOW
    return Progress.DONE if number < stands_at else Progress.TO_COME


def _until_panel(definition: FundDefinition, submitted_at: datetime) -> Iterator[tuple[str, str]]:
    calendar = definition.calendar
    yield say("Sent"), say("Received at %(moment)s.", moment=exact_minute(submitted_at))
    yield (
        say("Checked"),
        say("We check that the bid can be considered. If it cannot, we write to you with the reason."),
    )
    yield (
        say("Read and scored"),
        say_count(
            "At least %(count)s person reads and scores it by %(day)s.",
            "At least %(count)s people read and score it by %(day)s.",
            definition.rules.reviews_per_bid,
            day=long_date(calendar.reviews_due_at),
        ),
    )
    # The meeting stays a step when the bid is decided: to leave it out would tell before the release.
    yield say("Panel"), say("The panel decides. Its meeting: %(day)s.", day=long_date(calendar.panel_on))


def _awaiting(definition: FundDefinition) -> Iterator[tuple[str, str]]:
    calendar = definition.calendar
    told = mark("We write to you with the decision and its reasons by %(day)s.")
    yield say("Decision"), say(told, day=long_date(calendar.decisions_by))
    told = mark("If the bid is funded: on %(day)s at the earliest.")
    yield say("Work can start"), say(told, day=long_date(calendar.spend_from))


def _decided(definition: FundDefinition, stage: Stage, decision: Released) -> Iterator[tuple[str, str]]:
    calendar = definition.calendar
    yield say("Decision"), say("%(decision)s.", decision=decision.words)
    if stage in TAKEN_UP or stage is Stage.OFFERED:
        by = exact_minute(decision.answer_by) if decision.answer_by else ""
        yield (
            say("Your answer"),
            say("You took up the offer.") if stage in TAKEN_UP else say("Answer by %(moment)s.", moment=by),
        )
        yield (
            say("Work"),
            say(
                "The grant can be spent from %(first)s to %(last)s.",
                first=long_date(calendar.spend_from),
                last=long_date(calendar.spend_by),
            ),
        )
