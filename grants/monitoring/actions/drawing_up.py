"""Drawing up the reports that active awards owe, by the clock, once each."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.accounts.actions.inserting import insert_unless_there
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import queries as awards
from grants.awards import variations
from grants.core.clock import today
from grants.monitoring import queries
from grants.monitoring.models import Report
from grants.monitoring.promise import project_days
from grants.monitoring.rules import due_day, moved_day
from grants.monitoring.states import REPORT, ReportState
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.programme.fund_json import record_to_json
from grants.programme.reporting import DueFrom

MOST_AT_ONCE = 200
"""Awards in one go; the next run of the chore takes more."""


def draw_up(session: Session, *, now: datetime) -> int:
    """Give every active award the reports of its fund file that it does not have yet, with their days.

    What was drawn up stays as it is, however the file changes. Done twice, or by two at once, it makes each
    report once: the database decides. Returns how many reports were made.
    """
    made = 0
    for award, application, round_ in queries.missing_reports(session, most=MOST_AT_ONCE):
        definition = programme.definition_of(round_)
        content = bids.current_version(session, application).content
        starts_on, ends_on = project_days(content, definition)
        terms = variations.terms_of(session, application.id)
        ends_on = (terms[0].ends_on if terms else None) or ends_on
        for asked in definition.monitoring.reports:
            row = {
                "application_id": application.id,
                "key": asked.key,
                "title": asked.title,
                "asked": record_to_json(asked),
                "due_on": due_day(
                    asked, starts_on=starts_on, ends_on=ends_on, accepted_on=today(award.accepted_at)
                ),
                "state": REPORT.initial,
                "drawn_up_at": now,
                "told_at": now,
            }
            report = insert_unless_there(session, Report, row)
            if report is not None:
                made += 1
                audit.record(session, service("beat"), "report.draw_up", report, now=now, key=report.key)
    return made


def move_with_end(
    session: Session, application: Application, ends_on: date, *, actor: Actor, now: datetime
) -> list[tuple[str, date]]:
    """Let the reports that count from the end of the project move with it, unless they were sent already.

    A report on a day of its own, or so long after the start, stays. More time that was given stays too, where
    it reaches past the new day. Returns the title and the new day of each that moved.
    """
    award = awards.award_for_update(session, application.id)
    moved = []
    for report in queries.reports_of(session, application.id):
        if report.state not in (ReportState.DUE, ReportState.DRAFT) or report.wants.due is not DueFrom.END:
            continue
        before, report.due_on = (
            report.due_on,
            moved_day(
                report.wants,
                ends_on=ends_on,
                accepted_on=today(award.accepted_at),
                before=report.due_on,
                on=today(now),
            ),
        )
        if report.due_on == before:
            continue
        if report.answer_by is not None and report.answer_by <= report.due_on:
            report.answer_by = None
        report.told_at = now
        session.flush()
        audit.record(
            session, actor, "report.move", report, now=now,
            application_id=application.id, before=str(before), due_on=str(report.due_on),
        )  # fmt: skip
        moved.append((report.title, report.wanted_by))
    return moved
