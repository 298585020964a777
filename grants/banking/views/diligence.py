"""The check list of an award: what was looked at before it is paid, and who else it might pay."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import BID
from grants.awards import queries as awards
from grants.banking import actions, policy, queries
from grants.banking.duplicates import report
from grants.banking.forms import CheckForm, CostCodeForm
from grants.banking.rules import CHECK_LIST
from grants.banking.states import FINDING_LABELS, Finding, Item
from grants.banking.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import policy as reviewing
from grants.reviewing.queries import hidden_refs


@bp.get("/rounds/<round_ref>/checks/")
@needs(Permission.READ_DILIGENCE)
def awards_to_check(round_ref: str) -> ResponseReturnValue:
    """Every award of a round: which checks are done, and what holds its payments."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "banking/awards.html",
        round=round_,
        lines=queries.award_lines(session(), round_.id, without=hidden),
        items=CHECK_LIST,
        hidden=list(hidden.values()),
        labels=FINDING_LABELS,
    )


@bp.get("/bids/<ref>/checks/")
@needs(Permission.READ_DILIGENCE)
def checks(ref: str) -> ResponseReturnValue:
    """The check list of one award."""
    return _page(_award_of(ref))


@bp.get("/bids/<ref>/checks/<item>/")
@needs(Permission.RECORD_DILIGENCE)
def one_check(ref: str, item: str) -> ResponseReturnValue:
    """The form of one check, with what was recorded before."""
    application, which = _award_of(ref), _item(item)
    found = queries.checks_of(session(), application.id).get(which)
    before = {
        "version": found.version if found else 0,
        "finding": found.finding if found else None,
        "note": found.note if found else "",
    }
    return _check_page(application, which, CheckForm(formdata=None, data=before))


@bp.post("/bids/<ref>/checks/<item>/")
@needs(Permission.RECORD_DILIGENCE)
@writes
def record_check(ref: str, item: str) -> ResponseReturnValue:
    """Note what came of it."""
    application, which, form = _award_of(ref), _item(item), CheckForm()
    if form.validate():
        try:
            actions.record_check(
                session(),
                application_id=application.id,
                item=which,
                finding=Finding(form.finding.data),
                note=form.note.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The check is recorded.", "success")
            return redirect(url_for(".checks", ref=ref))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _check_page(application, which, form)


@bp.post("/bids/<ref>/cost-code/")
@needs(Permission.CHECK_BANK_DETAILS)
@writes
def save_cost_code(ref: str) -> ResponseReturnValue:
    """Keep where the ledger books the award."""
    application, form = _award_of(ref), CostCodeForm()
    form.validate()
    try:
        actions.save_cost_code(
            session(), application_id=application.id, code=form.code.data or "", actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(application, form=form)
    flash("The cost code is saved.", "success")
    return redirect(url_for(".checks", ref=ref))


def _award_of(ref: str) -> Application:
    """A bid with an award that the reader has no conflict with. Raises NotFound or NotAllowed."""
    application = bids.by_ref(session(), ref)
    if awards.award_of(session(), application.id) is None:
        raise NotFound("This bid has no award.")
    require(reviewing.no_conflict(session(), me(), application.id))
    return application


def _item(item: str) -> Item:
    if item not in set(Item):
        raise NotFound("There is no such check.")
    return Item(item)


def _around(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "round": programme.round_by_id(session(), application.round_id),
        "award": awards.award_of(session(), application.id),
        "duplicates": report(session(), application, actor=me()),
        "stages": BID,
    }


def _page(application: Application, *, form: CostCodeForm | None = None) -> ResponseReturnValue:
    code = queries.cost_code(session(), application.id)
    found = queries.checks_of(session(), application.id)
    earlier = queries.earlier_checks(session(), [application.id])
    return show_form(
        "banking/checks.html",
        form or CostCodeForm(formdata=None, data={"code": code}),
        items=CHECK_LIST,
        found=found,
        earlier=earlier,
        names=queries.recorders_of(session(), [*found.values(), *earlier]),
        labels=FINDING_LABELS,
        code=code,
        holds=[
            *queries.holds(session(), application.lead_id),
            *queries.award_holds(session(), application.id),
        ],
        may_record=policy.may_record_checks(session(), me(), application),
        may_code=me().may(Permission.CHECK_BANK_DETAILS),
        **_around(application),
    )


def _check_page(application: Application, item: Item, form: CheckForm) -> ResponseReturnValue:
    require(policy.may_record_checks(session(), me(), application))
    return show_form(
        "banking/one_check.html",
        form,
        item=item,
        asked=CHECK_LIST[item],
        shows_duplicates=item is Item.DUPLICATES,
        **_around(application),
    )
