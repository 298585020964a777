"""Drawing up the reports that active awards owe, by the clock, once each."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts.actions.inserting import insert_unless_there
from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core.clock import today
from grants.monitoring import queries
from grants.monitoring.models import Report
from grants.monitoring.promise import project_days
from grants.monitoring.rules import due_day
from grants.monitoring.states import REPORT
from grants.permissions import service
from grants.programme import queries as programme
from grants.programme.fund_json import record_to_json

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
