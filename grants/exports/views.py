"""The page of a round's exports, the buttons that ask for one, and the files themselves."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from grants.core.clock import now, today
from grants.core.errors import NotFound
from grants.core.fields import Option
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.exports import actions, policy, queries
from grants.exports.finance_collect import collect_finance
from grants.exports.finance_columns import ROW_NOUNS
from grants.exports.finance_table import described, last_year_end
from grants.exports.forms import FinanceForm
from grants.exports.grant_checks import TEXTS
from grants.exports.reach import only_of
from grants.exports.states import (
    EXPORT,
    FINANCE_FORMATS,
    FORMAT_LABELS,
    MEDIA_TYPES,
    OF_FINANCE,
    ExportKind,
    Format,
    Grouping,
)
from grants.payments import queries as payments
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round

bp = Blueprint("exports", __name__, url_prefix="/exports")


@bp.get("/<round_ref>/")
@needs(Permission.READ_EXPORTS)
def exports(round_ref: str) -> ResponseReturnValue:
    """Exports of a round: their state, control totals and files; for finance the buttons that ask for one."""
    round_ = _seen(round_ref)
    files = queries.exports_of(session(), round_.id)
    return render_template(
        "exports/exports.html",
        round=round_,
        exports=files,
        names=payments.names_of(session(), [file.requested_by_id for file in files]),
        awards=queries.awards_in(session(), round_.id),
        may_build=policy.can_build(me()),
        formats=FORMAT_LABELS,
        states=EXPORT,
        check_texts=TEXTS,
        said=queries.said_of,
    )


@bp.post("/<round_ref>/")
@needs(Permission.EXPORT)
@writes
def ask(round_ref: str) -> ResponseReturnValue:
    """Ask for a file."""
    round_ = programme.round_by_ref(session(), round_ref)
    wanted = request.form.get("format", "")
    if wanted not in list(Format):
        raise NotFound("There is no such format.")
    actions.request_export(session(), round_id=round_.id, format=Format(wanted), actor=me(), now=now())
    flash("The file is being built. Reload this page to see when it is ready.")
    return redirect(url_for(".exports", round_ref=round_ref))


@bp.get("/<round_ref>/finance/")
@needs(Permission.READ_EXPORTS)
def finance(round_ref: str) -> ResponseReturnValue:
    """Choose what a file of finance tells, and see its control totals beside the pot before it is built."""
    round_ = _seen(round_ref)
    return _finance_page(round_, _form(round_, request.args))


@bp.post("/<round_ref>/finance/")
@needs(Permission.EXPORT)
@writes
def ask_finance(round_ref: str) -> ResponseReturnValue:
    """Ask for the file."""
    round_ = _seen(round_ref)
    form, format_ = _form(round_, request.form), request.form.get("format", "")
    if format_ not in FINANCE_FORMATS:
        raise NotFound("There is no such format.")
    if form.errors:
        return _finance_page(round_, form)
    actions.request_export(
        session(), round_id=round_.id, format=Format(format_), wanted=form.wanted(), actor=me(), now=now()
    )
    flash("The file is being built. Reload this page to see when it is ready.")
    return redirect(url_for(".finance", round_ref=round_ref, **form.address()))


def _seen(round_ref: str) -> Round:
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_have(queries.hidden_awards(session(), round_.id, person_id=me().person_id)))
    return round_


def _form(round_: Round, sent: MultiDict[str, str]) -> FinanceForm:
    """The form, checked, as it was sent; as new where nothing was. The app checks the token of every POST."""
    asked = sent if "kind" in sent else None
    as_new = {"kind": ExportKind.COMMITMENTS, "at": last_year_end(today(now())), "grouping": Grouping.NONE}
    form = FinanceForm(formdata=asked, data=as_new, meta={"csrf": False})
    choices = only_of(programme.definition_of(round_))
    form.only.options = tuple(Option(value, label) for value, label in choices.items())
    if asked is not None and form.validate():
        form.take_reasons(tuple(actions.no_such_file(round_, Format.CSV, form.wanted(), now=now())))
    return form


def _finance_page(round_: Round, form: FinanceForm) -> ResponseReturnValue:
    """The page. With faults it shows no totals."""
    wanted = None if form.errors else form.wanted()
    standing = payments.reconciliation(session(), round_)
    table = collect_finance(session(), round_=round_, wanted=wanted) if wanted else None
    files = queries.exports_of(session(), round_.id, kinds=OF_FINANCE)
    return show_form(
        "exports/finance.html",
        form,
        round=round_,
        told=table,
        noun=ROW_NOUNS[wanted.kind] if wanted else "",
        described=described(wanted) if wanted else "",
        standing=standing,
        against=table.against_the_pot(net_paid=standing.net_paid, unpaid=standing.unpaid) if table else [],
        exports=files,
        names=payments.names_of(session(), [file.requested_by_id for file in files]),
        said=queries.said_of,
        awards=queries.awards_in(session(), round_.id),
        may_build=policy.can_build(me()),
        formats={one: FORMAT_LABELS[one] for one in FINANCE_FORMATS},
        states=EXPORT,
    )


@bp.get("/files/<int:export_id>/")
@needs(Permission.READ_EXPORTS)
def file(export_id: int) -> ResponseReturnValue:
    """The file, byte for byte as it was built. It is checked against its hash before a byte is sent."""
    export = queries.export_by_id(session(), export_id)
    require(policy.can_have(queries.hidden_awards(session(), export.round_id, person_id=me().person_id)))
    response = make_response(queries.content_of(export))
    response.headers["Content-Type"] = MEDIA_TYPES[export.format]
    response.headers["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{export.sha256}"'
    return response
