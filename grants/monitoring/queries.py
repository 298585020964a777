"""Reading reports: of one award, of a round, what is owed by whom, and what stands in the way of closing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Person
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards import queries as awards
from grants.awards.models import Award
from grants.core.clock import today
from grants.core.db import held
from grants.core.errors import NotFound, Reason
from grants.core.language import say
from grants.core.money import pounds
from grants.core.paging import Page, paginate
from grants.monitoring.account import Account
from grants.monitoring.account import content_of as account_content
from grants.monitoring.models import Report, ReportDigest, ReportFile, ReportPage, ReportSubmission
from grants.monitoring.promise import Promise, promise_of
from grants.monitoring.rules import unspent
from grants.monitoring.states import OPEN, REPORT, ReportState
from grants.payments import queries as payments
from grants.payments.models import Instalment
from grants.payments.states import LineState, ReceivableState
from grants.permissions import MemberRole
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.programme.paying import DueBy

WANTED_BY: ColumnElement[date] = func.coalesce(Report.answer_by, Report.due_on, type_=Date)
PER_PAGE = 50


def report(session: Session, report_id: int) -> Report:
    """One report. Raises NotFound."""
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound(say("There is no such report."))
    return found


def report_for_update(session: Session, report_id: int) -> Report:
    """A report held against other writers. Raises NotFound."""
    found = held(session, Report, report_id)
    if found is None:
        raise NotFound(say("There is no such report."))
    return found


def report_of(session: Session, application_id: int, key: str) -> Report:
    """An award's report by its key. Raises NotFound."""
    found = session.scalar(select(Report).where(Report.application_id == application_id, Report.key == key))
    if found is None:
        raise NotFound(say("There is no such report."))
    return found


def reports_of(session: Session, application_id: int) -> list[Report]:
    """An award's reports, the one due first in front."""
    rows = select(Report).where(Report.application_id == application_id)
    return list(session.scalars(rows.order_by(Report.due_on, Report.id)))


def pages_of(session: Session, report_id: int) -> dict[str, ReportPage]:
    """What is written of a report, by page."""
    rows = session.scalars(select(ReportPage).where(ReportPage.report_id == report_id))
    return {row.key: row for row in rows}


def files_of(session: Session, report_id: int) -> list[ReportFile]:
    """The files that belong to it now, in the order in which they came."""
    rows = select(ReportFile).where(ReportFile.report_id == report_id, ReportFile.set_aside_at.is_(None))
    return list(session.scalars(rows.order_by(ReportFile.id)))


def file_of(session: Session, report_id: int, file_id: int) -> ReportFile:
    """One file of a report, set aside or not. Raises NotFound."""
    found = session.get(ReportFile, file_id)
    if found is None or found.report_id != report_id:
        raise NotFound(say("There is no such file in this report."))
    return found


def submissions_of(session: Session, report_id: int) -> list[ReportSubmission]:
    """Every time it was sent, the newest first."""
    rows = select(ReportSubmission).where(ReportSubmission.report_id == report_id)
    return list(session.scalars(rows.order_by(ReportSubmission.number.desc())))


def promise(session: Session, application: Application) -> Promise:
    """What the award promised, in the pence that were awarded. Raises NotFound without an award."""
    return promise_of(
        bids.current_version(session, application).content,
        programme.definition_of(programme.round_by_id(session, application.round_id)),
        amount=payments.award_of(session, application.id).amount,
        partners=[
            (f"p{one.id}", one.name, one.share or 0) for one in bids.partners_of(session, application.id)
        ],
    )


def account_of(session: Session, report: Report) -> Account:
    """A report as far as it is written."""
    before = select(func.max(Report.spent)).where(
        Report.application_id == report.application_id,
        Report.due_on < report.due_on,
        Report.state.in_((ReportState.SUBMITTED, ReportState.ACCEPTED)),
    )
    return Account(
        asked=report.wants,
        promise=promise(session, report.application),
        answers={key: page.answers for key, page in pages_of(session, report.id).items()},
        files=len(files_of(session, report.id)),
        before=session.scalar(before) or 0,
    )


def content_of(session: Session, report: Report, account: Account) -> dict[str, Any]:
    """What would be sent of a report as it is written now."""
    return account_content(
        account,
        files=[
            {"id": one.id, "name": one.document.name, "use": one.use, "sha256": one.document.sha256}
            for one in files_of(session, report.id)
        ],
        paid=payments.money_of(session, report.application).paid,
    )


def missing_reports(session: Session, *, most: int) -> list[tuple[Award, Application, Round]]:
    """Active awards that have fewer reports than their fund asks for, at most so many. One query a round."""
    found: list[tuple[Award, Application, Round]] = []
    drawn_up = select(func.count()).where(Report.application_id == Application.id).scalar_subquery()
    for round_ in programme.all_rounds(session):
        asked = len(programme.definition_of(round_).monitoring.reports)
        if not asked or len(found) >= most:
            continue
        rows = session.execute(
            select(Award, Application)
            .join(Application, Application.id == Award.application_id)
            .where(Application.round_id == round_.id, Application.stage == Stage.ACTIVE, drawn_up < asked)
            .order_by(Award.id)
            .limit(most - len(found))
        )
        found += [(award, application, round_) for award, application in rows]
    return found


def instalment_of(session: Session, report: Report) -> Instalment | None:
    """The instalment that the report releases, if the award's schedule has it."""
    name = report.wants.releases
    if not name:
        return None
    return session.scalar(
        select(Instalment)
        .where(
            Instalment.application_id == report.application_id,
            Instalment.name == name,
            Instalment.due_by == DueBy.REPORT,
        )
        .order_by(Instalment.number)
        .limit(1)
    )


def left_over(session: Session, report: Report) -> int:
    """What was paid of the award, was not spent by this report's account, and was not asked back. Pence."""
    money = payments.money_of(session, report.application)
    owed = payments.owed(session, report.application_id)
    return unspent(paid=money.paid, spent=report.spent, asked_back=owed)


def why_open(session: Session, application: Application) -> list[Reason]:
    """Everything that stands in the way of closing an award."""
    reports = reports_of(session, application.id)
    found = [
        Reason(f"“{one.title}” is not accepted: {REPORT.staff_label(one.state).lower()}.")
        for one in reports
        if one.state is not ReportState.ACCEPTED
    ]
    found += [
        Reason(f"Condition {one.number} of the award is neither met nor waived.")
        for one in awards.open_conditions(session, application.id)
    ]
    for step in payments.schedule_of(session, application.id):
        paid = step.live is not None and step.live.state is LineState.PAID
        if step.to_pay and not paid:
            name, amount = step.instalment.name, pounds(step.to_pay)
            found.append(Reason(f"The instalment “{name}” of {amount} is not paid."))
    for receivable in payments.receivables_of(session, application.id):
        if receivable.state in (ReceivableState.DRAFTED, ReceivableState.INVOICED):
            found.append(Reason(f"{receivable.ref} is open: {pounds(receivable.outstanding)} is owed back."))
    final = next((one for one in reports if one.wants.final and one.state is ReportState.ACCEPTED), None)
    if final is not None and (left := left_over(session, final)):
        found.append(Reason(f"{pounds(left)} was paid and not spent. Finance has to ask for it back."))
    return found


@dataclass(frozen=True)
class Which:
    """A list of a round's reports that the manager may ask for."""

    key: str
    label: str


LISTS = (
    Which("all", "All"),
    Which("review", "To be reviewed"),
    Which("overdue", "Overdue"),
    Which("soon", "Due in 30 days"),
    Which("more", "More asked for"),
    Which("accepted", "Accepted"),
)


def _wanted(which: str, day: date, soon: date) -> ColumnElement[bool] | None:
    open_ = and_(Report.state.in_(OPEN), Application.stage == Stage.ACTIVE)
    return {
        "review": Report.state == ReportState.SUBMITTED,
        "overdue": and_(open_, day > WANTED_BY),
        "soon": and_(open_, day <= WANTED_BY, soon >= WANTED_BY),
        "more": and_(open_, Report.state == ReportState.MORE_ASKED),
        "accepted": Report.state == ReportState.ACCEPTED,
    }.get(which)


def page_of_reports(
    session: Session,
    round_id: int,
    *,
    which: str,
    without: Collection[int],
    number: int,
    day: date,
    soon: date,
) -> Page[Report]:
    """A round's reports by the day they are wanted, without those of bids hidden from the reader."""
    rows = (
        select(Report)
        .join(Report.application)
        .where(Application.round_id == round_id, Application.id.not_in(without))
    )
    wanted = _wanted(which, day, soon)
    if wanted is not None:
        rows = rows.where(wanted)
    return paginate(session, rows.order_by(WANTED_BY, Report.id), number=number, size=PER_PAGE)


def counts(
    session: Session, round_id: int, *, without: Collection[int], day: date, soon: date
) -> dict[str, int]:
    """How many reports stand on each list."""
    wanted = {one.key: _wanted(one.key, day, soon) for one in LISTS}
    sums = [
        func.count().filter(condition) if condition is not None else func.count()
        for condition in wanted.values()
    ]
    row = session.execute(
        select(*sums)
        .select_from(Report)
        .join(Application, Application.id == Report.application_id)
        .where(Application.round_id == round_id, Application.id.not_in(without))
    ).one()
    return dict(zip(wanted, row, strict=True))


def silent_since(session: Session, round_id: int, day: date, *, without: Collection[int]) -> list[Report]:
    """Open reports that were wanted by `day` or before, the latest last; at most 100."""
    rows = (
        select(Report)
        .join(Report.application)
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.ACTIVE,
            Application.id.not_in(without),
            Report.state.in_(OPEN),
            day >= WANTED_BY,
        )
        .order_by(WANTED_BY, Report.id)
        .limit(100)
    )
    return list(session.scalars(rows))


def newest_sent(session: Session, round_id: int, *, without: Collection[int]) -> list[ReportSubmission]:
    """For each award of a round the newest report that was sent, by the day it was due."""
    rows = session.execute(
        select(ReportSubmission, Report.application_id)
        .join(Report, Report.id == ReportSubmission.report_id)
        .join(Application, Application.id == Report.application_id)
        .where(Application.round_id == round_id, Application.id.not_in(without))
        .order_by(Report.due_on, ReportSubmission.submitted_at)
    )
    newest = {application_id: submission for submission, application_id in rows}
    return list(newest.values())


@dataclass(frozen=True)
class Writer:
    """Somebody who may write a report that is open."""

    person: Person
    report: Report


def writers(session: Session, *, now: datetime, ahead: int) -> list[Writer]:
    """Who may write the reports that are open and wanted in so many days or earlier, person by person."""
    last = date.fromordinal(today(now).toordinal() + ahead)
    rows = session.execute(
        select(Person, Report)
        .join(Membership, Membership.person_id == Person.id)
        .join(Application, Application.lead_id == Membership.organisation_id)
        .join(Report, Report.application_id == Application.id)
        .where(
            Application.stage == Stage.ACTIVE,
            Report.state.in_(OPEN),
            last >= WANTED_BY,
            Membership.role.in_((MemberRole.EDITOR, MemberRole.SIGNATORY)),
        )
        .order_by(Person.id, WANTED_BY, Report.id)
    )
    return [Writer(person, report) for person, report in rows]


def people_of(session: Session, organisation_id: int) -> list[Person]:
    """The editors and signatories of an organisation."""
    rows = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_((MemberRole.EDITOR, MemberRole.SIGNATORY)),
        )
        .order_by(Membership.id)
    )
    return list(session.scalars(rows))


def last_reminded(session: Session, people: Collection[int]) -> dict[int, date]:
    """The day on which each was last sent an e-mail about reports."""
    rows = session.execute(
        select(ReportDigest.person_id, func.max(ReportDigest.day).label("day"))
        .where(ReportDigest.person_id.in_(people))
        .group_by(ReportDigest.person_id)
    )
    return {one.person_id: one.day for one in rows}


def to_write(session: Session, organisation_ids: Sequence[int], *, until: date) -> list[Report]:
    """Open reports of these lead organisations that are wanted by `until`, the first due in front."""
    rows = (
        select(Report)
        .join(Report.application)
        .where(
            Application.lead_id.in_(organisation_ids),
            Application.stage == Stage.ACTIVE,
            Report.state.in_(OPEN),
            until >= WANTED_BY,
        )
        .order_by(WANTED_BY, Report.id)
        .limit(20)
    )
    return list(session.scalars(rows))


def names_of(session: Session, people: Collection[int | None]) -> Mapping[int | None, str]:
    """The names of people, by id."""
    return payments.names_of(session, people)
