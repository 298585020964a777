"""The organisation's pages: its reports, one report's pages, checking and sending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import clock_time, now
from grants.core.errors import NotFound, Reason, RuleBroken, Stale
from grants.core.forms import BaseForm
from grants.core.language import say, say_count
from grants.core.pages import Task
from grants.core.web import (
    by_itself,
    me,
    not_saved,
    saved_by_itself,
    session,
    signed_in,
    writes,
)
from grants.monitoring import actions, policy, queries
from grants.monitoring.account import TITLES, WORDS, Account, boxes_of, pages_of, reasons
from grants.monitoring.forms import PageForm, page_form
from grants.monitoring.models import Report, ReportPage
from grants.monitoring.states import OPEN
from grants.monitoring.views.blueprint import bp, own_award, own_report, report_to_write
from grants.programme.reporting import Part

LONGEST_NAME = 40
"""Characters of the name that a window gives itself."""


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way of sending, and the page where it is put right."""

    text: str
    href: str


@bp.get("/bids/<ref>/")
@signed_in
def reports(ref: str) -> ResponseReturnValue:
    """The reports that an award owes."""
    application = own_award(ref)
    return render_template(
        "monitoring/reports.html",
        application=application,
        reports=queries.reports_of(session(), application.id),
    )


@bp.get("/bids/<ref>/<key>/")
@signed_in
def report(ref: str, key: str) -> ResponseReturnValue:
    """One report: what is to be done, or what was sent and what the council said."""
    found = own_report(ref, key)
    account = queries.account_of(session(), found)
    return render_template(
        "monitoring/report.html",
        report=found,
        application=found.application,
        account=account,
        tasks=_tasks(found, account) if found.state in OPEN else [],
        blockers=len(reasons(account)),
        may_write=policy.can_write(me(), found),
        sent=queries.submissions_of(session(), found.id),
        releases=queries.instalment_of(session(), found),
    )


@bp.get("/bids/<ref>/<key>/pages/<page>/")
@signed_in
def report_page(ref: str, key: str, page: str) -> ResponseReturnValue:
    """One page of the form."""
    found, account = _to_write(ref, key, page)
    saved = queries.pages_of(session(), found.id).get(page)
    data = {**(saved.answers if saved else {}), "version": saved.version if saved else 0}
    form = page_form(account.asked, account.promise, page)(formdata=None, data=data)
    if saved:
        form.take_reasons(_beside(reasons(account, page)))
    return _page(found, account, page, form)


@bp.post("/bids/<ref>/<key>/pages/<page>/")
@signed_in
@writes
def save_page(ref: str, key: str, page: str) -> ResponseReturnValue:
    """Keep what was typed, right or wrong; `go` says where to next."""
    found, account = _to_write(ref, key, page)
    form = page_form(account.asked, account.promise, page)()
    try:
        saved = actions.save_page(
            session(),
            report_id=found.id,
            key=page,
            answers=form.typed(),
            version=form.expected_version(),
            window=request.form.get("opening", "")[:LONGEST_NAME],
            actor=me(),
            now=now(),
        )
    except Stale:
        return _keep_both(found, account, page, form)
    if by_itself():
        return saved_by_itself(saved.version)
    return _onward(found, page)


@bp.get("/bids/<ref>/<key>/check/")
@signed_in
def check(ref: str, key: str) -> ResponseReturnValue:
    """Everything that would be sent, what is missing, and the button that sends it."""
    return _check_page(report_to_write(ref, key))


@bp.post("/bids/<ref>/<key>/check/")
@signed_in
@writes
def send(ref: str, key: str) -> ResponseReturnValue:
    """Send it. A second press shows what was sent."""
    found = own_report(ref, key)
    try:
        actions.submit(session(), report_id=found.id, actor=me(), now=now())
    except RuleBroken:
        if not policy.is_open(found):
            raise
        return _check_page(found), 422
    return redirect(url_for(".sent", ref=ref, key=key))


@bp.get("/bids/<ref>/<key>/sent/")
@signed_in
def sent(ref: str, key: str) -> ResponseReturnValue:
    """That it was sent, and what happens next."""
    found = own_report(ref, key)
    submissions = queries.submissions_of(session(), found.id)
    if not submissions:
        return redirect(url_for(".report", ref=ref, key=key))
    return render_template(
        "monitoring/sent.html", report=found, application=found.application, submission=submissions[0]
    )


def _to_write(ref: str, key: str, page: str) -> tuple[Report, Account]:
    """The report with its account, where it has such a page."""
    found = report_to_write(ref, key)
    account = queries.account_of(session(), found)
    if page not in pages_of(account.asked, account.promise) or page == Part.FILES:
        raise NotFound(say("There is no such page in this report."))
    return found, account


def _beside(found: Sequence[Reason]) -> list[Reason]:
    """Reasons with the box that each is about as their place."""
    return [Reason(one.text, one.place.partition("#")[2]) for one in found]


def _keep_both(report: Report, account: Account, page: str, form: PageForm) -> ResponseReturnValue:
    """Somebody else saved the page meanwhile: what they saved stands beside what was typed."""
    saved = queries.pages_of(session(), report.id)[page]
    if by_itself():
        told = say("somebody else saved this page. Press a save button to see both versions.")
        return not_saved("refused", told)
    form["version"].data = saved.version
    form["version"].raw_data = None
    return _page(report, account, page, form, other=_differing(form, saved)), 409


def _differing(form: PageForm, saved: ReportPage) -> Mapping[str, str]:
    """What is saved in those boxes where something else was typed, by box."""
    typed = form.typed()
    return {name: text for name, text in saved.answers.items() if text and typed.get(name) != text}


def _onward(report: Report, page: str) -> ResponseReturnValue:
    """After a save: the same page while something in it is wrong, else the next, or the report."""
    ref, account = report.application.ref, queries.account_of(session(), report)
    if request.form.get("go") == "later":
        flash(say("Saved at %(time)s.", time=clock_time(now())), "success")
        return redirect(url_for(".report", ref=ref, key=report.key))
    if reasons(account, page):
        flash(say("Your answers are saved. Something must be put right before the report can be sent."))
        return redirect(url_for(".report_page", ref=ref, key=report.key, page=page))
    pages = pages_of(account.asked, account.promise)
    after = pages[pages.index(page) + 1 :]
    if not after:
        return redirect(url_for(".report", ref=ref, key=report.key))
    return redirect(page_href(report, after[0]))


def page_href(report: Report, page: str, box: str = "") -> str:
    """The address of a page of the report."""
    ref, key, anchor = report.application.ref, report.key, box or None
    if page == Part.FILES:
        return url_for("monitoring.files", ref=ref, key=key, _anchor=anchor)
    return url_for("monitoring.report_page", ref=ref, key=key, page=page, _anchor=anchor)


def _tasks(report: Report, account: Account) -> list[Task]:
    tasks = []
    for page in pages_of(account.asked, account.promise):
        left = len(reasons(account, page))
        begun = bool(account.files) if page == Part.FILES else any(account.answers.get(page, {}).values())
        status = (say_count("%(count)s thing to put right", "%(count)s things to put right", left), "yellow")
        if not begun:
            status = (say("Optional"), "grey") if not left else (say("Not started"), "blue")
        elif not left:
            status = (say("Done"), "")
        tasks.append(Task(TITLES[page], page_href(report, page), *status))
    return tasks


def _page(
    report: Report,
    account: Account,
    page: str,
    form: BaseForm,
    *,
    other: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "monitoring/page.html",
        report=report,
        application=report.application,
        account=account,
        page=page,
        title=TITLES[page],
        form=form,
        boxes=boxes_of(account.asked, account.promise, page),
        other=other,
        words=WORDS,
    )


def _check_page(report: Report) -> str:
    account = queries.account_of(session(), report)
    blockers = [Blocker(one.text, page_href(report, *one.place.split("#", 1))) for one in reasons(account)]
    return render_template(
        "monitoring/check.html",
        report=report,
        application=report.application,
        content=queries.content_of(session(), report, account),
        blockers=blockers,
        may_send=policy.can_send(me(), report),
        form=BaseForm(formdata=None),
    )
