"""What a letter about a decision says: one set of words, which the e-mail, the PDF and the page all print."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grants.core.clock import LONDON, exact_minute, in_london, long_date
from grants.core.language import say
from grants.core.money import pounds
from grants.feedback.rules import FeedbackLetter
from grants.panels.rules import Condition, when_due
from grants.panels.states import FUNDED, Outcome

Told = dict[str, Any]
"""A letter as JSON: what is frozen at release, and what every rendering is made from."""


@dataclass(frozen=True)
class About:
    """What a letter is about. Amounts in pence; `answer_by` UTC, None unless an offer is made."""

    ref: str
    title: str
    lead: str
    fund: str
    council: str
    ask: int
    outcome: Outcome
    amount: int
    reserve_order: int | None
    reason: str
    answer_by: datetime | None
    dated: date
    link: str
    letter_link: str
    conditions: tuple[Condition, ...] = ()
    from_reserve: bool = False
    appeal_by: datetime | None = None
    """Until when the applicant can appeal, UTC; None where the fund hears no appeals."""
    replaces: date | None = None
    """The day of the letter about an earlier decision, whose place this one takes."""


def answer_until(now: datetime, days: int) -> datetime:
    """Until when an offer made at `now` can be taken up: the last minute in the UK of the day `days` later.

    The same all day long, so a letter that is previewed and one released on the same day are the same letter.
    """
    last = in_london(now).date() + timedelta(days=days)
    return datetime(last.year, last.month, last.day, 23, 59, tzinfo=LONDON).astimezone(UTC)


def letter(about: About, feedback: FeedbackLetter | None) -> Told:
    """Everything that one letter says, to whoever signs for the bid. Holds no person's name or address."""
    told: Told = {
        "ref": about.ref,
        "bid": about.title,
        "to": about.lead,
        "fund": about.fund,
        "council": about.council,
        "dated": about.dated.isoformat(),
        "day": long_date(about.dated),
        "title": say("The panel’s decision on your bid"),
        "paragraphs": [_thanks(about), *_again(about), *_outcome(about), *_appeal(about)],
        "where": _where(about),
        "link": about.link,
        "letter_link": about.letter_link,
        "reason_title": say("The panel’s reason"),
        "reason": about.reason,
        "conditions": _conditions(about),
        "feedback": None,
    }
    if feedback is not None:
        told["feedback"] = {
            **asdict(feedback),
            "title": say("How the panel read your bid"),
            "note": _note(feedback),
            "simulated_note": say("Some of the reviews of this bid were simulated by a program.")
            if feedback.simulated
            else "",
            "strengths": say("Strengths"),
            "next_steps": say("Next steps"),
        }
    return json_safe(told)


def _conditions(about: About) -> dict[str, Any] | None:
    """The conditions of an offer, each with until when it has to be met; None without any."""
    if not about.conditions:
        return None
    return {
        "title": say("Conditions of the offer"),
        "lines": [{"text": one.text, "when": when_due(one.kind, one.due_on)} for one in about.conditions],
    }


def _note(feedback: FeedbackLetter) -> str:
    """Where feedback comes from."""
    if not any(theme.band for theme in feedback.themes):
        return say("This is drawn from what several people wrote who read your bid, each by themselves.")
    return say(
        "This is drawn from what several people wrote who read your bid, each by themselves. The level "
        "beside the name of a theme is the one that its score comes nearest to."
    )


def json_safe(told: Mapping[str, Any]) -> Told:
    """The same as a JSON column gives it back, so that a preview and a kept letter are alike."""
    safe: Told = json.loads(json.dumps(told))
    return safe


def _thanks(about: About) -> str:
    return say(
        "Thank you for your bid “%(title)s” (%(ref)s) to the %(fund)s. You asked for %(ask)s.",
        title=about.title,
        ref=about.ref,
        fund=about.fund,
        ask=pounds(about.ask),
    )


def _again(about: About) -> list[str]:
    """Why there is another letter about a bid that had one."""
    if about.replaces is None:
        return []
    day = long_date(about.replaces)
    if about.from_reserve:
        return [
            say(
                "Money has become free, and your bid was next on the reserve list. This letter takes the "
                "place of the one of %(day)s.",
                day=day,
            )
        ]
    return [
        say(
            "The panel has looked at your bid again and decided anew. This letter takes the place of the one "
            "of %(day)s.",
            day=day,
        )
    ]


def _outcome(about: About) -> list[str]:
    amount = pounds(about.amount)
    match about.outcome:
        case Outcome.FUND:
            return [
                say(
                    "The panel has decided to fund your bid. We offer your partnership %(amount)s.",
                    amount=amount,
                )
            ]
        case Outcome.FUND_IN_PART:
            return [
                say(
                    "The panel has decided to fund your bid in part. We offer your partnership %(amount)s.",
                    amount=amount,
                )
            ]
        case Outcome.RESERVE:
            return [
                say(
                    "Your bid is number %(place)s on the reserve list. We will write to you if money becomes "
                    "free.",
                    place=about.reserve_order,
                )
            ]
        case Outcome.DEFER:
            return [say("The panel has put off its decision on your bid. We will write to you again.")]
        case _:
            return [say("We are sorry that the panel has decided not to fund your bid.")]


def _appeal(about: About) -> list[str]:
    """How to appeal, unless the applicant got all that it asked for."""
    if about.appeal_by is None or about.outcome is Outcome.FUND:
        return []
    return [
        say(
            "If something went wrong in how this was decided, you can appeal until %(moment)s, from the page "
            "of your bid.",
            moment=exact_minute(about.appeal_by),
        )
    ]


def _where(about: About) -> str:
    """What the link below it is for."""
    if about.outcome not in FUNDED:
        return say("You can read your bid and this decision here:")
    if about.answer_by is None:
        return say("To take up the offer, your signatory needs to accept it:")
    return say(
        "To take up the offer, your signatory needs to accept it by %(moment)s:",
        moment=exact_minute(about.answer_by),
    )


def paper(told: Told) -> dict[str, Any]:
    """The data of `letters/decision.typ`."""
    return {
        **told,
        "author": told["council"],
        "description": say("The panel’s decision on a bid to the %(fund)s", fund=told["fund"]),
        "foot": f"{told['fund']}, {told['ref']}",
    }


def dated(told: Told) -> datetime:
    """The moment that a letter's PDF bears: the beginning of its day, so that the same words give the same
    bytes.
    """
    day = date.fromisoformat(told["dated"])
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def file_name(told: Told) -> str:
    """What a letter's PDF is called."""
    return f"{told['ref']}-decision.pdf"


def fingerprint(letters: Sequence[tuple[Told, Sequence[tuple[str, str]]]]) -> str:
    """What tells one set of letters, each with its people's names and addresses, from any other: SHA-256."""
    told = json.dumps([[letter, [list(person) for person in people]] for letter, people in letters])
    return hashlib.sha256(told.encode()).hexdigest()
