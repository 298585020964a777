"""The manager's review of a report: read, accepted, or sent back with what is wanted."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.web import me, needs, session, writes
from grants.monitoring import actions, policy, queries
from grants.monitoring.forms import AcceptForm, AskMoreForm, TimeForm
from grants.monitoring.models import Report
from grants.monitoring.states import USE_LABELS, ReportState
from grants.monitoring.views.blueprint import bp, shown_report
from grants.permissions import Permission
from grants.programme import queries as programme


@bp.get("/reports/<int:report_id>/")
@needs(Permission.READ_REPORTS)
def review(report_id: int) -> ResponseReturnValue:
    """What was sent, every time, and the forms of the review."""
    return _page(shown_report(report_id))


@bp.post("/reports/<int:report_id>/accept/")
@needs(Permission.REVIEW_REPORTS)
@writes
def accept(report_id: int) -> ResponseReturnValue:
    """Accept it."""
    report, form = shown_report(report_id), AcceptForm()
    if not form.validate():
        return _page(report, accepting=form)

    def deed() -> None:
        actions.accept(
            session(),
            report_id=report.id,
            message=form.message.data or "",
            note=form.note.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )

    if not _done(deed, form):
        return _page(report, accepting=form)
    flash("The report is accepted. The organisation is told.", "success")
    return redirect(url_for(".review", report_id=report_id))


@bp.post("/reports/<int:report_id>/more/")
@needs(Permission.REVIEW_REPORTS)
@writes
def ask_more(report_id: int) -> ResponseReturnValue:
    """Ask for more."""
    report, form = shown_report(report_id), AskMoreForm()
    if not form.validate():
        return _page(report, asking=form)

    def deed() -> None:
        actions.ask_more(
            session(),
            report_id=report.id,
            reason=form.reason.data or "",
            answer_by=form.answer_by.data,
            note=form.more_note.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )

    if not _done(deed, form):
        return _page(report, asking=form)
    flash("The report is open again. The organisation is told what you need.", "success")
    return redirect(url_for(".review", report_id=report_id))


@bp.post("/reports/<int:report_id>/time/")
@needs(Permission.REVIEW_REPORTS)
@writes
def give_time(report_id: int) -> ResponseReturnValue:
    """Let it come later."""
    report, form = shown_report(report_id), TimeForm()
    if not form.validate():
        return _page(report, giving=form)

    def deed() -> None:
        actions.give_time(
            session(),
            report_id=report.id,
            until=form.until.data,
            reason=form.why.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )

    if not _done(deed, form):
        return _page(report, giving=form)
    flash("They have more time. The organisation is told.", "success")
    return redirect(url_for(".review", report_id=report_id))


def _done(deed: Callable[[], None], form: AcceptForm | AskMoreForm | TimeForm) -> bool:
    """Whether the deed was done; if not, the form says why."""
    try:
        deed()
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return False
    return True


def _page(
    report: Report,
    *,
    accepting: AcceptForm | None = None,
    asking: AskMoreForm | None = None,
    giving: TimeForm | None = None,
) -> ResponseReturnValue:
    version = {"version": report.version}
    wrong = accepting or asking or giving
    page = render_template(
        "monitoring/review.html",
        report=report,
        application=report.application,
        round=programme.round_by_id(session(), report.application.round_id),
        sent=(sent := queries.submissions_of(session(), report.id)),
        names=queries.names_of(
            session(), {one.submitted_by_id for one in sent} | {one.reviewed_by_id for one in sent}
        ),
        form=wrong,
        accepting=accepting or AcceptForm(formdata=None, data=version),
        asking=asking or AskMoreForm(formdata=None, data=version),
        giving=giving or TimeForm(formdata=None, data=version),
        is_open=policy.is_open(report),
        may_review=policy.can_review(session(), me(), report.application),
        waits=report.state is ReportState.SUBMITTED,
        instalment=queries.instalment_of(session(), report),
        left=queries.left_over(session(), report) if sent and report.wants.final else 0,
        may_ask_back=me().may(Permission.BUILD_BATCH),
        uses=USE_LABELS,
    )
    return page, 422 if wrong is not None and wrong.errors else 200
