"""What a bid needs before it can be started and before it can be sent, and where each page of the form
stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.applications.answer_rules import coverage_reasons, section_reasons, theme_reasons
from grants.applications.document_rules import document_reasons, documents_note
from grants.applications.facts import CLAIMS, Facts, theme_page
from grants.applications.money_rules import budget_reasons, consent_reasons, partner_reasons
from grants.applications.states import Change, Consent
from grants.core.errors import Reason
from grants.core.language import mark, say, translated
from grants.programme.definition import Coverage, EligibilityQuestion, FundDefinition, Theme


class TaskStatus(StrEnum):
    """Where one page of the form stands, as the task list says it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANNOT_START = "cannot_start"
    CHANGES_REQUESTED = "changes_requested"
    CHANGES_MADE = "changes_made"
    AS_SENT = "as_sent"


@dataclass(frozen=True)
class Task:
    """One page of the form in the task list. `place` is its path under the bid's own address."""

    title: str
    place: str
    status: TaskStatus
    note: str = ""


@dataclass(frozen=True)
class TaskGroup:
    """Tasks under one heading, with what is to be known of them all."""

    title: str
    tasks: Sequence[Task]
    note: str = ""


def stop_reasons(
    definition: FundDefinition, lead_kind: OrganisationKind, answers: Mapping[str, bool]
) -> list[Reason]:
    """Why a bid cannot be started: the lead’s kind, and every eligibility question left out or failed."""
    reasons = lead_reasons(definition, lead_kind)
    return reasons + [
        reason for question in definition.eligibility for reason in _stopped_by(question, answers)
    ]


def _stopped_by(question: EligibilityQuestion, answers: Mapping[str, bool]) -> list[Reason]:
    if question.key not in answers:
        return [Reason(say("Answer the question “%(question)s”", question=question.text), question.key)]
    return (
        [] if answers[question.key] == question.pass_answer else [Reason(question.stop_reason, question.key)]
    )


def lead_reasons(definition: FundDefinition, lead_kind: OrganisationKind) -> list[Reason]:
    """Why an organisation of this kind cannot lead a bid; empty if it can."""
    if lead_kind in definition.rules.lead_kinds:
        return []
    allowed = [translated(KIND_LABELS[OrganisationKind(kind)]) for kind in definition.rules.lead_kinds]
    return [
        Reason(
            say(
                "The lead organisation is recorded as “%(lead_kind)s”. "
                "A bid to this fund can be led by: %(allowed)s.",
                lead_kind=translated(KIND_LABELS[lead_kind]),
                allowed="; ".join(allowed),
            ),
            "lead_id",
        )
    ]


def _place_reasons(facts: Facts) -> list[Reason]:
    if not facts.lead_outside:
        return []
    text = say(
        "The lead organisation’s postcode is in %(there)s. This fund is for organisations in %(here)s.",
        there=facts.lead_outside,
        here=facts.definition.area.name,
    )
    return [Reason(text)]


def blockers_to_submit(facts: Facts) -> list[Reason]:
    """Everything that stands between the bid and its sending, in the order of the form; empty if nothing
    does.

    Each `place` is 'page#field' under the bid's own address, such as 'sections/summary#q-title'. Where the
    fund does not collect answers (imported bids), missing answers, shares and consents do not count; limits
    always do.
    """
    reasons = [Reason(reason.text) for reason in lead_reasons(facts.definition, facts.lead_kind)]
    reasons += _place_reasons(facts)
    for section in facts.definition.sections:
        reasons += section_reasons(facts, section)
    reasons += coverage_reasons(facts) if facts.asks_for_claims() else []
    for theme in _themes_of(facts):
        reasons += theme_reasons(facts, theme)
    reasons += [] if facts.asks_for_claims() else coverage_reasons(facts)
    reasons += [*budget_reasons(facts), *partner_reasons(facts), *consent_reasons(facts)]
    return [*reasons, *document_reasons(facts)]


def blockers_to_ask_partners(facts: Facts) -> list[Reason]:
    """Why the partners cannot be asked yet: they confirm a title, roles and shares, so these must stand
    first.
    """
    reasons = []
    if not facts.known_answer("title").strip():
        reasons.append(Reason("Give the project a title, so that partners know what they confirm"))
    if not facts.partners and facts.definition.rules.minimum_organisations < 2:
        reasons.append(Reason("Add a partner first", "partners#partners-0-name"))
    return [*reasons, *budget_reasons(facts), *partner_reasons(facts)]


def blockers_to_answer(
    is_written: bool,
    consent: Consent,
    expires_at: datetime | None,
    now: datetime,
    *,
    change: Change | None = None,
) -> list[Reason]:
    """Why a partner's link cannot take an answer (any more).

    `is_written`: whether the bid's confirmations can still change. `change`: where the change after sending
    stands that the partner is asked about, if it is.
    """
    if change is not None and change is not Change.ASKING:
        return [Reason(say("This change is not open any more, so there is nothing left to confirm."))]
    if change is None and not is_written:
        return [Reason("This bid is no longer being written, so there is nothing left to confirm.")]
    if consent is Consent.NOT_ASKED:
        return [
            Reason(
                "The lead organisation has changed the bid since it wrote to you. "
                "You will get a new email when it asks you again."
            )
        ]
    if expires_at is None or now >= expires_at:
        return [Reason("This link is too old. Ask the lead organisation to send you a new one.")]
    return []


def places_of(definition: FundDefinition) -> list[str]:
    """The form's pages in the order of the task list, also those of themes that a bid may not claim."""
    return [
        *(f"sections/{section.key}" for section in definition.sections),
        *(("claims",) if definition.rubric.coverage is Coverage.CLAIMED else ()),
        *(f"themes/{theme.key}" for theme in definition.rubric.themes),
        "budget",
        "partners",
        "confirmations",
        *(("documents",) if definition.documents else ()),
        "check",
    ]


def is_hidden(facts: Facts, place: str) -> bool:
    """Whether the page belongs to a theme that the bid does not claim, where the fund counts only claims."""
    kind, _, theme = place.partition("/")
    return kind == "themes" and theme not in facts.claimed()


def _themes_of(facts: Facts) -> list[Theme]:
    return [facts.definition.rubric.theme(theme) for theme in facts.claimed()]


def task_list(facts: Facts) -> list[TaskGroup]:
    """Every page of the form with where it stands, in the order in which they are best filled in."""
    sections = [
        Task(
            section.title,
            f"sections/{section.key}",
            _status(facts, section.key, section_reasons(facts, section)),
        )
        for section in facts.definition.sections
    ]
    themes = [
        Task(
            theme.name,
            f"themes/{theme.key}",
            _status(facts, theme_page(theme.key), theme_reasons(facts, theme)),
            "Not addressed" if facts.addressed(theme.key) is False else "",
        )
        for theme in _themes_of(facts)
    ]
    if facts.asks_for_claims():
        title = say("Which themes does your bid address?")
        themes.insert(0, Task(title, CLAIMS, _status(facts, CLAIMS, coverage_reasons(facts))))
    money = [
        Task("Budget", "budget", _status(facts, "budget", budget_reasons(facts))),
        Task("Partners and shares", "partners", _status(facts, "partners", partner_reasons(facts))),
        _confirmation_task(facts),
    ]
    if facts.definition.documents:
        money.append(Task(say("Documents"), "documents", _document_status(facts), documents_note(facts)))
    return [
        TaskGroup("About the project", sections),
        TaskGroup("Themes", themes, _themes_note(facts)),
        TaskGroup("Money and partners", money),
        TaskGroup("Send", [_sending_task(facts)]),
    ]


def _themes_note(facts: Facts) -> str:
    """How many of the themes a bid must address, where each theme's own page asks whether it does."""
    if facts.asks_for_claims():
        return ""
    return say(
        "A bid must address at least %(least)s of the %(themes)s themes. "
        "Of each of the others, say on its page that you leave it out.",
        least=facts.definition.rules.minimum_themes,
        themes=len(facts.definition.rubric.themes),
    )


def _sending_task(facts: Facts) -> Task:
    if not blockers_to_submit(facts):
        return Task("Check your answers and send", "check", TaskStatus.NOT_STARTED)
    note = mark("First finish the parts above")
    return Task("Check your answers and send", "check", TaskStatus.CANNOT_START, note)


def _confirmation_task(facts: Facts) -> Task:
    status = _confirmation_status(facts)
    note = ""
    if status is TaskStatus.CANNOT_START:
        note = mark("First finish the project’s title, the budget and the shares")
    elif any(partner.consent in (Consent.DECLINED, Consent.CORRECTION) for partner in facts.partners):
        note = mark("A partner does not agree: read its answer")
    return Task("Partners’ confirmation", "confirmations", status, note)


def _status(facts: Facts, page: str, reasons: Sequence[Reason]) -> TaskStatus:
    if page not in facts.pages:
        return TaskStatus.NOT_STARTED
    return TaskStatus.IN_PROGRESS if reasons else TaskStatus.DONE


def _confirmation_status(facts: Facts) -> TaskStatus:
    if facts.partners and not consent_reasons(facts):
        return TaskStatus.DONE
    if any(partner.consent is not Consent.NOT_ASKED for partner in facts.partners):
        return TaskStatus.IN_PROGRESS
    return TaskStatus.CANNOT_START if blockers_to_ask_partners(facts) else TaskStatus.NOT_STARTED


def _document_status(facts: Facts) -> TaskStatus:
    if not facts.documents:
        return TaskStatus.NOT_STARTED
    return TaskStatus.IN_PROGRESS if document_reasons(facts) else TaskStatus.DONE
