"""What a fund file says about the reports that awards owe: when, what they ask, what they release."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NO_DAY = date(2000, 1, 1)
"""The day of a report that is not due on a day of the file's own."""


class DueFrom(StrEnum):
    """From when a report's due day counts: months after the project starts or ends, or a day of its own."""

    START = "start"
    END = "end"
    DATE = "date"


class Part(StrEnum):
    """A page of a report that the service makes from what the bid promised."""

    OUTCOMES = "outcomes"
    PLACES = "places"
    SPENDING = "spending"
    PARTNERS = "partners"
    FILES = "files"


@dataclass(frozen=True)
class ReportQuestion:
    """A question of a report that is answered in words. `word_limit` 0 means none."""

    key: str
    text: str
    hint: str = ""
    word_limit: int = 0
    required: bool = True


@dataclass(frozen=True)
class ReportAsked:
    """One report that every award owes. `releases` names the instalment that is due by it, '' for none.

    `months` count from the start or the end of the project; `on` is the day where `due` says so. A `final`
    report closes the accounts and is sent by a signatory.
    """

    key: str
    title: str
    due: DueFrom
    months: int = 0
    on: date = NO_DAY
    releases: str = ""
    final: bool = False
    parts: tuple[Part, ...] = tuple(Part)
    questions: tuple[ReportQuestion, ...] = ()


@dataclass(frozen=True)
class Monitoring:
    """The reports of a fund, and when people are reminded of them.

    `reminder_days` are days before a report is due, `overdue_days` days after it; from
    `escalate_after_days` after it on, the programme manager's page names who is silent.
    """

    reminder_days: tuple[int, ...] = (28, 7)
    overdue_days: tuple[int, ...] = (1, 14)
    escalate_after_days: int = 14
    reports: tuple[ReportAsked, ...] = ()


NO_REPORTS = Monitoring()
"""What a fund file means by leaving it out: awards owe no reports."""
