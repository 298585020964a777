"""Who is told what about reports."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.core.clock import exact_minute
from grants.core.language import in_english
from grants.core.money import pounds
from grants.monitoring import queries
from grants.monitoring.models import Report, ReportDigest, ReportSubmission
from grants.monitoring.rules import due_at
from grants.notifications.actions import Notice
from grants.permissions import Role

MOST_NAMED = 30
"""Reports that an e-mail names; the others are counted."""


def page_path(report: Report) -> str:
    """The address of the report's own page."""
    return f"/monitoring/bids/{report.application.ref}/{report.key}/"


@in_english
def received(session: Session, report: Report, submission: ReportSubmission) -> list[Notice]:
    """Whoever sent it and the lead's signatories get a receipt; programme managers are told to read it."""
    application = report.application
    sender = accounts.person(session, submission.submitted_by_id)
    signatories = accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, [])
    facts = {
        "ref": application.ref,
        "bid": application.title,
        "title": report.title,
        "lead": application.lead.name,
        "at": exact_minute(submission.submitted_at),
        "spent": pounds(report.spent),
        "path": page_path(report),
    }
    to_managers = {**facts, "path": f"/monitoring/reports/{report.id}/"}
    return [
        *(
            _notice("report_received", person, report, facts, submission.id)
            for person in {one.id: one for one in (sender, *signatories)}.values()
        ),
        *(
            _notice("report_to_review", person, report, to_managers, submission.id)
            for person in free_of_conflict(session, Role.MANAGER, application.id)
        ),
    ]


@in_english
def reviewed(session: Session, report: Report, submission: ReportSubmission, released: str) -> list[Notice]:
    """The lead's writers: the report is accepted, or more is wanted and by when. `released` is an amount."""
    application = report.application
    kind = "report_more_asked" if report.answer_by else "report_accepted"
    facts = {
        "ref": application.ref,
        "title": report.title,
        "reason": submission.reason,
        "by": exact_minute(due_at(report.answer_by)) if report.answer_by else "",
        "released": released,
        "path": page_path(report),
    }
    return [
        _notice(kind, person, report, facts, submission.id)
        for person in queries.people_of(session, application.lead_id)
    ]


@in_english
def later(session: Session, report: Report, reason: str) -> list[Notice]:
    """The lead's writers: the report may come later."""
    application = report.application
    facts = {
        "ref": application.ref,
        "title": report.title,
        "reason": reason,
        "by": exact_minute(due_at(report.wanted_by)),
        "path": page_path(report),
    }
    return [
        _notice("report_more_time", person, report, facts, f"{report.id}:{report.version}")
        for person in queries.people_of(session, application.lead_id)
    ]


@in_english
def owed(person: Person, digest: ReportDigest, reports: Sequence[Report], late: Sequence[int]) -> Notice:
    """The one e-mail of a day: every report that the person may write and that is due soon or overdue.

    `late` are the ids of those that are overdue.
    """
    named = [
        {
            "title": one.title,
            "ref": one.application.ref,
            "bid": one.application.title,
            "by": exact_minute(due_at(one.wanted_by)),
            "late": one.id in late,
            "path": page_path(one),
        }
        for one in reports[:MOST_NAMED]
    ]
    return Notice(
        kind="reports_due",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "count": len(reports),
            "late": len(late),
            "reports": named,
            "more": len(reports) - len(named),
        },
        about=digest,
        key=f"reports_due:{person.id}:{digest.day.isoformat()}",
    )


def _notice(kind: str, person: Person, report: Report, facts: dict[str, str], once: int | str) -> Notice:
    return Notice(
        kind=kind,
        to=person.email,
        person_id=person.id,
        facts={"name": person.name, **facts},
        about=report,
        key=f"{kind}:{once}:{person.id}",
    )
