"""What a grant agreement says: one set of words, frozen with the offer, from which its PDF is made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from grants.core.clock import exact_minute, long_date
from grants.core.language import say
from grants.core.money import pounds, split_pro_rata
from grants.panels.rules import Condition, when_due
from grants.programme.agreeing import GrantAgreement
from grants.programme.paying import DueBy, PlannedInstalment

Told = dict[str, Any]
"""An agreement as JSON."""


@dataclass(frozen=True)
class Party:
    """An organisation of the partnership, the lead first. `share` is pence of the award."""

    name: str
    number: str
    role: str
    share: int


@dataclass(frozen=True)
class Offer:
    """What an agreement is about. `amount` is pence; the parties' shares add up to it."""

    ref: str
    title: str
    fund: str
    council: str
    amount: int
    parties: tuple[Party, ...]
    places: tuple[str, ...]
    themes: tuple[str, ...]
    spend_from: date
    spend_by: date
    answer_by: datetime | None
    conditions: tuple[Condition, ...]
    instalments: tuple[PlannedInstalment, ...]
    words: GrantAgreement
    dated: date


def told(offer: Offer) -> Told:
    """Everything that one agreement says. Holds no person's name or address."""
    lead = offer.parties[0]
    words: Told = {
        "ref": offer.ref,
        "bid": offer.title,
        "fund": offer.fund,
        "council": offer.council,
        "dated": offer.dated.isoformat(),
        "day": long_date(offer.dated),
        "title": say("Grant agreement"),
        "introduction": offer.words.introduction,
        "award_title": say("The award"),
        "award": _award(offer, lead),
        "shares": _shares(offer),
        "conditions_title": say("Conditions"),
        "conditions": [
            {"text": one.text, "when": when_due(one.kind, one.due_on)} for one in offer.conditions
        ],
        "no_conditions": say("The award has no conditions beside the terms below."),
        "payments": _payments(offer),
        "terms_title": say("Terms"),
        "terms": [{"title": term.title, "text": term.text} for term in offer.words.terms],
        "accepts_title": say("How it is accepted"),
        "accepting": _accepting(offer),
        "accepts": list(offer.words.accepts),
        "amount": offer.amount,
    }
    frozen: Told = json.loads(json.dumps(words))
    return frozen


def _award(offer: Offer, lead: Party) -> list[dict[str, Any]]:
    number = f"{lead.name} ({lead.number})" if lead.number else lead.name
    days = say(
        "from %(first)s to %(last)s", first=long_date(offer.spend_from), last=long_date(offer.spend_by)
    )
    lines = [
        (say("Funder"), offer.council),
        (say("Lead organisation"), number),
        (say("Bid"), f"{offer.title} ({offer.ref})"),
        (say("Amount"), pounds(offer.amount)),
        (say("To be spent"), days),
        (say("Where"), offer.places),
        (say("Themes"), offer.themes),
    ]
    return [{"label": label, "value": _value(value)} for label, value in lines if value]


def _shares(offer: Offer) -> dict[str, Any]:
    """The parties with their shares, as a table that adds up."""
    return _table(
        say("Who has which share"),
        [(say("Organisation"), False), (say("Role"), False), (say("Share"), True)],
        [(party.name, party.role, pounds(party.share)) for party in offer.parties],
        foot=(say("Together"), "", pounds(sum(party.share for party in offer.parties))),
    )


def _payments(offer: Offer) -> dict[str, Any]:
    """The parts in which the fund plans to pay, to the penny."""
    parts = split_pro_rata(offer.amount, [part.share for part in offer.instalments])
    return _table(
        say("Payments to the lead organisation"),
        [(say("Payment"), False), (say("When"), False), (say("Amount"), True)],
        [
            (part.name, _when_paid(part), pounds(pence))
            for part, pence in zip(offer.instalments, parts, strict=True)
        ],
        foot=(say("Together"), "", pounds(offer.amount)),
    )


def _when_paid(part: PlannedInstalment) -> str:
    match part.due_by:
        case DueBy.MILESTONE:
            return say("Once its milestone is reached")
        case DueBy.REPORT:
            return say("Once its report is accepted")
        case _:
            return say("%(days)s days after this agreement is accepted", days=part.after_days)


def _accepting(offer: Offer) -> str:
    if offer.answer_by is None:
        return say(
            "The lead organisation’s authorised signatory accepts this agreement online, in the service. The "
            "service keeps who accepted it and when, with the fingerprint (SHA-256) of this document. They "
            "accept by ticking:"
        )
    return say(
        "The lead organisation’s authorised signatory accepts this agreement online, in the service, by "
        "%(moment)s. The service keeps who accepted it and when, with the fingerprint (SHA-256) of this "
        "document. They accept by ticking:",
        moment=exact_minute(offer.answer_by),
    )


def _table(
    caption: str,
    columns: Sequence[tuple[str, bool]],
    rows: Sequence[Sequence[str]],
    *,
    foot: Sequence[str],
) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [{"label": label, "numeric": numeric} for label, numeric in columns],
        "rows": [[_value(cell) for cell in row] for row in rows],
        "foot": [_value(cell) for cell in foot],
    }


def _value(given: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(given, str):
        return {"shape": "text", "text": given}
    return {"shape": "items", "items": list(given)}


def paper(words: Told) -> dict[str, Any]:
    """The data of `letters/agreement.typ`."""
    return {
        **words,
        "author": words["council"],
        "description": say("The agreement about a grant of the %(fund)s", fund=words["fund"]),
        "foot": f"{words['fund']}, {words['ref']}",
        "words": {"facts": [say("What"), say("What is agreed")]},
    }


def moment_of(words: Told) -> datetime:
    """The moment that the PDF bears: the beginning of its day, so that the same words give the same bytes."""
    day = date.fromisoformat(words["dated"])
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def file_name(words: Told) -> str:
    """What an agreement's PDF is called."""
    return f"{words['ref']}-agreement.pdf"
