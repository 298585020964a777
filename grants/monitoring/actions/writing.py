"""What the organisation does with a report: write its pages, add and remove files, send it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, Stale, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.documents import actions as documents
from grants.documents.actions import Accepted
from grants.monitoring import notices, policy, queries
from grants.monitoring.account import boxes_of, pages_of, reasons
from grants.monitoring.models import Report, ReportFile, ReportPage, ReportSubmission
from grants.monitoring.states import REPORT, ReportState, Use
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme.reporting import Part

MOST_FILES = 40
LONGEST_BOX = 40_000
"""Characters of one box that are kept; the rules say long before that it is too long."""


def save_page(
    session: Session,
    *,
    report_id: int,
    key: str,
    answers: Mapping[str, str],
    version: int,
    actor: Actor,
    now: datetime,
    window: str = "",
) -> ReportPage:
    """Keep what stands in the boxes of a page, right or wrong. `version` is the page's as the person saw it,
    0 for one that was never saved; `window` names the window that sends it, so that it is not stale by its
    own words.

    Raises NotFound, NotAllowed, RuleBroken when the report is closed, or Stale where somebody else saved the
    page meanwhile.
    """
    report = _to_write(session, report_id, actor)
    promise = queries.promise(session, report.application)
    if key not in pages_of(report.wants, promise) or key == Part.FILES:
        raise NotFound(say("There is no such page in this report."))
    kept = {name: answers.get(name, "")[:LONGEST_BOX] for name in boxes_of(report.wants, promise, key)}
    page = queries.pages_of(session, report_id).get(key)
    if page is None:
        page = ReportPage(
            report_id=report_id, key=key, answers=kept, saved_by_id=actor.signature(), saved_at=now
        )
        session.add(page)
    else:
        own = bool(window) and page.window == window
        if version != page.version and not own:
            raise Stale(say("Somebody else saved this page since you opened it."))
        page.answers, page.saved_by_id, page.saved_at = kept, actor.signature(), now
    page.window = window
    _begin(report)
    session.flush()
    return page


def attach(
    session: Session, *, report_id: int, use: Use, files: Sequence[Accepted], actor: Actor, now: datetime
) -> list[ReportFile]:
    """Keep files that were looked at (`documents.checks`) with it. Raises NotAllowed or RuleBroken."""
    report = _to_write(session, report_id, actor)
    if len(queries.files_of(session, report_id)) + len(files) > MOST_FILES:
        told = say("A report can have at most %(most)s files", most=MOST_FILES)
        raise RuleBroken([Reason(told, "files")])
    page = f"{notices.page_path(report)}files/"
    rows = []
    for file in files:
        document = documents.take_in(session, accepted=file, page=page, actor=actor, now=now)
        rows.append(ReportFile(report_id=report_id, document_id=document.id, use=use))
    session.add_all(rows)
    _begin(report)
    session.flush()
    for row in rows:
        audit.record(session, actor, "report_file.add", row, now=now, document_id=row.document_id, use=use)
    return rows


def detach(session: Session, *, report_id: int, file_id: int, actor: Actor, now: datetime) -> None:
    """Take a file out of the report: one that was sent is set aside, any other deleted. Twice is no error."""
    _to_write(session, report_id, actor)
    row = queries.file_of(session, report_id, file_id)
    if row.set_aside_at is not None:
        return
    audit.record(
        session, actor, "report_file.remove", row, now=now, document_id=row.document_id, kept=row.sent
    )
    if row.sent:
        row.set_aside_at = now
        session.flush()
        return
    document = row.document
    session.delete(row)
    session.flush()
    documents.forget(session, document=document, actor=actor, now=now)


def submit(session: Session, *, report_id: int, actor: Actor, now: datetime) -> ReportSubmission:
    """Send the report. A second press of the same button gives back what was sent.

    Raises NotAllowed, or RuleBroken with everything that is missing.
    """
    report = queries.report_for_update(session, report_id)
    sent = queries.submissions_of(session, report_id)
    if report.state is ReportState.SUBMITTED and sent and sent[0].submitted_by_id == actor.person_id:
        return sent[0]
    _to_write(session, report_id, actor)
    require(policy.can_send(actor, report))
    account = queries.account_of(session, report)
    require_no(reasons(account))
    _begin(report)
    report.state = REPORT.next(report.state, "submit")
    report.spent = account.spent
    files = queries.files_of(session, report_id)
    for file in files:
        file.sent = True
    submission = ReportSubmission(
        report_id=report_id,
        number=len(sent) + 1,
        content=queries.content_of(session, report, account),
        submitted_by_id=actor.signature(),
        submitted_at=now,
    )
    session.add(submission)
    session.flush()
    audit.record(
        session, actor, "report.submit", report, now=now,
        number=submission.number, spent=report.spent, files=len(files),
    )  # fmt: skip
    for notice in notices.received(session, report, submission):
        outbox.queue(session, notice, now=now)
    return submission


def _to_write(session: Session, report_id: int, actor: Actor) -> Report:
    """The report, held, for those who may write it. Raises NotAllowed, or RuleBroken when it is closed."""
    report = queries.report_for_update(session, report_id)
    require(policy.may_write(actor, report.application))
    if not (still := policy.is_open(report)):
        raise RuleBroken(still.reason)
    return report


def _begin(report: Report) -> None:
    """A report that somebody has written in is a draft; one of which more is asked stays that."""
    if report.state is ReportState.DUE:
        report.state = REPORT.next(report.state, "begin")
