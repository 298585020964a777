"""Finance's pages: what is to be checked, one account's check, its numbers on record, the supplier number."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.banking import actions, policy, queries
from grants.banking.forms import ApprovalForm, BankRefusalForm, PayeeForm, SupplierForm
from grants.banking.models import BankDetails
from grants.banking.rules import Account, in_pairs
from grants.banking.states import BANK, BANK_COLOURS, MODULUS_LABELS, PAYEE_LABELS, BankState, PayeeCheck
from grants.banking.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.forms import BaseForm
from grants.core.pages import as_download, show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, writes
from grants.documents.rules import disposition
from grants.documents.states import FORMATS
from grants.permissions import Permission


@bp.get("/desk/")
@needs(Permission.READ_BANKING)
def desk() -> ResponseReturnValue:
    """What waits for a finance officer, and every organisation with bank details."""
    number = page_number(request.args.get("page"))
    live = queries.desk(session(), waiting=False, page=number)
    organisations = {row.organisation_id for row in live.rows}
    return render_template(
        "banking/desk.html",
        waiting=queries.desk(session(), waiting=True, page=1).rows,
        page=live,
        holds=queries.holds_of(session(), organisations) if organisations else {},
        machine=BANK,
        colours=BANK_COLOURS,
        tables_loaded=queries.tables_loaded(session()),
    )


@bp.get("/check/<int:details_id>/")
@needs(Permission.READ_BANKING)
def check(details_id: int) -> ResponseReturnValue:
    """One account's check, its numbers masked."""
    return _page(queries.details(session(), details_id))


@bp.post("/check/<int:details_id>/numbers/")
@needs(Permission.READ_BANK_DETAILS)
@writes
def numbers(details_id: int) -> ResponseReturnValue:
    """The same page with the numbers, this once. The reading goes on record."""
    account = actions.read_numbers(session(), bank_details_id=details_id, actor=me(), now=now())
    return _page(queries.details(session(), details_id), account=account)


@bp.post("/check/<int:details_id>/letter/")
@needs(Permission.READ_BANK_DETAILS)
@writes
def letter(details_id: int) -> ResponseReturnValue:
    """The letter of the bank. The reading goes on record."""
    document, content = actions.open_letter(session(), bank_details_id=details_id, actor=me(), now=now())
    return as_download(
        content, disposition=disposition(document.name), media_type=FORMATS[document.kind].media_type
    )


@bp.post("/check/<int:details_id>/payee/")
@needs(Permission.CHECK_BANK_DETAILS)
@writes
def record_payee(details_id: int) -> ResponseReturnValue:
    """Note what the bank's check of the name says."""
    form = PayeeForm()
    if form.validate():
        try:
            actions.record_payee(
                session(),
                bank_details_id=details_id,
                outcome=PayeeCheck(form.outcome.data),
                note=form.note.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The check of the name is noted.", "success")
            return redirect(url_for(".check", details_id=details_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(queries.details(session(), details_id), form=form)


@bp.post("/check/<int:details_id>/approve/")
@needs(Permission.CHECK_BANK_DETAILS)
@writes
def approve(details_id: int) -> ResponseReturnValue:
    """Approve: payments go here from now on."""
    form = ApprovalForm()
    form.validate()
    try:
        row = actions.approve(
            session(),
            bank_details_id=details_id,
            call_back=form.call_back.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(queries.details(session(), details_id), form=form)
    flash(f"The bank details of {row.organisation.name} are approved.", "success")
    return redirect(url_for(".check", details_id=details_id))


@bp.post("/check/<int:details_id>/refuse/")
@needs(Permission.CHECK_BANK_DETAILS)
@writes
def refuse(details_id: int) -> ResponseReturnValue:
    """Refuse, with a reason that the organisation reads."""
    form = BankRefusalForm()
    if form.validate():
        try:
            actions.refuse(
                session(),
                bank_details_id=details_id,
                reason=form.reason.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The organisation is told that its bank details are not approved.", "success")
            return redirect(url_for(".check", details_id=details_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(queries.details(session(), details_id), form=form)


@bp.post("/check/<int:details_id>/supplier/")
@needs(Permission.CHECK_BANK_DETAILS)
@writes
def save_supplier(details_id: int) -> ResponseReturnValue:
    """Keep what the ledger calls the organisation."""
    form, row = SupplierForm(), queries.details(session(), details_id)
    form.validate()
    try:
        actions.save_supplier(
            session(),
            organisation_id=row.organisation_id,
            number=form.number.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(row, form=form)
    flash("The supplier number is saved.", "success")
    return redirect(url_for(".check", details_id=details_id))


def _page(
    row: BankDetails, *, form: BaseForm | None = None, account: Account | None = None
) -> ResponseReturnValue:
    """The page of a check. `form` is the one that was sent and not taken; the others are as new."""
    started = {"version": row.version}
    forms = {
        "payee": PayeeForm(formdata=None, data=started),
        "approval": ApprovalForm(formdata=None, data=started),
        "refusal": BankRefusalForm(formdata=None, data=started),
        "supplier": SupplierForm(
            formdata=None, data={"number": queries.supplier_number(session(), row.organisation_id)}
        ),
    }
    kinds = {
        PayeeForm: "payee",
        ApprovalForm: "approval",
        BankRefusalForm: "refusal",
        SupplierForm: "supplier",
    }
    if form is not None:
        forms[kinds[type(form)]] = form
    context = {
        "row": row,
        "forms": forms,
        "account": account,
        "in_pairs": in_pairs,
        "names": queries.names_of(session(), [row]),
        "in_force": queries.in_force(session(), row.organisation_id),
        "shared": queries.accounts_shared(session(), row),
        "readings": queries.readings_of(session(), row.id),
        "machine": BANK,
        "colours": BANK_COLOURS,
        "modulus_labels": MODULUS_LABELS,
        "payee_labels": PAYEE_LABELS,
        "waits": row.state is BankState.ENTERED,
        "may_check": policy.may_check(session(), me(), row),
        "may_read": policy.may_read(me()),
        "may_save": me().may(Permission.CHECK_BANK_DETAILS),
    }
    if form is None:
        return render_template("banking/check.html", form=None, **context)
    return show_form("banking/check.html", form, **context)
