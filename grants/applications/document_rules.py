"""Which documents a bid needs, and what is missing, too old or too much of those it has."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from grants.accounts.states import OrganisationKind
from grants.applications.facts import DocumentEntry, Facts
from grants.core.clock import in_london, long_date
from grants.core.errors import Reason
from grants.core.language import say
from grants.documents.rules import MEGABYTE
from grants.documents.states import Kind
from grants.programme.definition import DocumentAsked, FundDefinition


def asked_of(definition: FundDefinition, lead_kind: OrganisationKind) -> list[DocumentAsked]:
    """The documents that the fund asks such a lead for, in its order."""
    return [asked for asked in definition.documents if not asked.kinds or lead_kind in asked.kinds]


def kinds_for(asked: DocumentAsked) -> tuple[Kind, ...]:
    """The kinds of file that are taken for it."""
    return asked.accepts or tuple(Kind)


def earliest_date(definition: FundDefinition, asked: DocumentAsked) -> date | None:
    """The first date that is not too old, so many months before the day on which the round closes by its own
    calendar; None where any date will do.
    """
    if asked.not_older_than is None:
        return None
    return months_before(in_london(definition.calendar.closes_at).date(), asked.not_older_than)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def place_of(asked: DocumentAsked) -> str:
    """Where the document is sent and dated, under the bid's own address."""
    return f"documents/{asked.key}"


def document_reasons(facts: Facts) -> list[Reason]:
    """What stands in the way of sending the bid: documents missing, undated or too old."""
    return [
        reason
        for asked in asked_of(facts.definition, facts.lead_kind)
        for reason in reasons_about(facts, asked)
    ]


def reasons_about(facts: Facts, asked: DocumentAsked) -> list[Reason]:
    """What is wrong with what was sent for one document, or that nothing was."""
    sent = [entry for entry in facts.documents if entry.requirement == asked.key]
    if not sent:
        missing = asked.required and facts.definition.rules.answers_required
        return [
            Reason(say("Send the document “%(title)s”", title=asked.title), f"{place_of(asked)}#files")
        ] * missing
    reasons = [_unusable(asked, entry) for entry in sent if not entry.usable]
    dates = {entry.dated for entry in sent}
    if asked.dated and None in dates:
        text = say("Enter the date of “%(title)s”: %(which)s", title=asked.title, which=asked.dated)
        reasons.append(Reason(text, f"{place_of(asked)}#dated"))
    earliest = earliest_date(facts.definition, asked)
    if earliest is not None and any(day is not None and day < earliest for day in dates):
        text = say(
            "“%(title)s” is too old: its date must be %(day)s or later. Send a newer one",
            title=asked.title,
            day=long_date(earliest),
        )
        reasons.append(Reason(text, f"{place_of(asked)}#dated"))
    return reasons


def _unusable(asked: DocumentAsked, entry: DocumentEntry) -> Reason:
    text = say(
        "Send another file instead of “%(name)s” for “%(title)s”: it cannot be opened safely",
        name=entry.name,
        title=asked.title,
    )
    return Reason(text, f"{place_of(asked)}#files")


def documents_note(facts: Facts) -> str:
    """How many of the required documents are there, for the task list."""
    required = [asked for asked in asked_of(facts.definition, facts.lead_kind) if asked.required]
    if not required:
        return say("Optional")
    there = [asked for asked in required if not reasons_about(facts, asked)]
    return say("%(there)s of %(all)s required documents are there", there=len(there), all=len(required))


def limit_reasons(definition: FundDefinition, kept: Sequence[int], added: Sequence[int]) -> list[Reason]:
    """Why so many files, or files so large, cannot be added to those that are kept. Sizes in bytes."""
    uploads = definition.uploads
    reasons = []
    if len(kept) + len(added) > uploads.most_files:
        reasons.append(
            Reason(
                say("A bid can have at most %(most)s files. Remove one first.", most=uploads.most_files),
                "files",
            )
        )
    if sum(kept) + sum(added) > uploads.most_mb * MEGABYTE:
        text = say(
            "The files of a bid can have at most %(most)s MB together. Remove one, or send a smaller one.",
            most=uploads.most_mb,
        )
        reasons.append(Reason(text, "files"))
    return reasons
