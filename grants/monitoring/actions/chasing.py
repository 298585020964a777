"""Reminding organisations of reports that they owe: one e-mail a person and day."""

from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from grants.accounts.actions.inserting import insert_unless_there
from grants.audit import actions as audit
from grants.core.clock import today
from grants.monitoring import notices, queries, rules
from grants.monitoring.models import Report, ReportDigest
from grants.monitoring.queries import Writer
from grants.monitoring.rules import Owed
from grants.notifications import actions as outbox
from grants.permissions import service
from grants.programme import queries as programme
from grants.programme.reporting import Monitoring

MOST_AT_ONCE = 200
"""People written to in one go; the next run of the chore takes more."""


def chase_reports(session: Session, *, now: datetime) -> int:
    """Write to those who may write a report that is due soon or overdue, on the days its fund sets.

    A person gets one e-mail a day at most, from eight in the morning in Luton, with every report that is
    theirs to write; a row keeps a second one from being written, however often or late this runs. Nobody is
    reminded of what was sent. Returns how many people were written to.
    """
    if not rules.may_write(now):
        return 0
    settings = {one.id: programme.definition_of(one).monitoring for one in programme.all_rounds(session)}
    ahead = max((days for one in settings.values() for days in one.reminder_days), default=0)
    found = queries.writers(session, now=now, ahead=ahead)
    last = queries.last_reminded(session, {one.person.id for one in found})
    written = 0
    for person_id, theirs in groupby(found, key=lambda one: one.person.id):
        if written == MOST_AT_ONCE:
            break
        mine = list(theirs)
        owed = {one.report.id: _owed(one.report, settings[one.report.application.round_id]) for one in mine}
        if rules.is_wanted(list(owed.values()), last.get(person_id), now=now):
            named = [one for one in mine if owed[one.report.id].passed(now)]
            written += _write(session, named, now=now)
    return written


def _owed(report: Report, settings: Monitoring) -> Owed:
    return Owed(
        wanted_by=report.wanted_by,
        told_at=report.told_at,
        reminder_days=settings.reminder_days,
        overdue_days=settings.overdue_days,
    )


def _write(session: Session, mine: list[Writer], *, now: datetime) -> bool:
    """Queue the person's e-mail, unless they had today's."""
    person = mine[0].person
    row = {"person_id": person.id, "day": today(now), "reports": len(mine), "sent_at": now}
    digest = insert_unless_there(session, ReportDigest, row)
    if digest is None:
        return False
    audit.record(session, service("beat"), "reports.chased", digest, now=now, reports=digest.reports)
    reports = [one.report for one in mine]
    late = [one.id for one in reports if rules.is_overdue(one.wanted_by, now)]
    outbox.queue(session, notices.owed(person, digest, reports, late), now=now)
    return True
