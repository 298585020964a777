"""The organisation’s pages: where its bank details stand, entering, confirming, taking them back."""

from collections.abc import Callable
from functools import wraps

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.accounts.models import Organisation
from grants.banking import actions, policy, queries
from grants.banking.forms import AccountForm, NumbersForm
from grants.banking.models import BankDetails
from grants.banking.states import BANK, BANK_COLOURS, BankState
from grants.banking.views.blueprint import bp, freshly
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, session, signed_in, takes_files, unkept, writes
from grants.documents.actions import Accepted
from grants.documents.apart import look_apart
from grants.documents.rules import MEGABYTE, kept_name
from grants.documents.states import Kind

LETTER_KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG)
LARGEST_LETTER = 10 * MEGABYTE


@bp.get("/<int:organisation_id>/")
@signed_in
def details(organisation_id: int) -> ResponseReturnValue:
    """Where the organisation's bank details stand, without their numbers."""
    organisation = _own(organisation_id)
    pending = queries.pending(session(), organisation_id)
    rows = queries.all_of(session(), organisation_id)
    return render_template(
        "banking/details.html",
        organisation=organisation,
        rows=rows,
        in_force=queries.in_force(session(), organisation_id),
        pending=pending,
        names=queries.names_of(session(), rows),
        machine=BANK,
        colours=BANK_COLOURS,
        may_enter=policy.may_enter(me(), organisation_id),
        may_confirm=pending is not None
        and pending.state is BankState.DRAFT
        and policy.may_confirm(me(), pending),
    )


@bp.get("/<int:organisation_id>/enter/")
@signed_in
@freshly
def new_details(organisation_id: int) -> ResponseReturnValue:
    """The form for an account."""
    organisation = _own(organisation_id)
    require(policy.may_enter(me(), organisation_id))
    return _entering_page(organisation, AccountForm())


def _look_first(view: Callable[[int], ResponseReturnValue]) -> Callable[[int], ResponseReturnValue]:
    """Look at the letter before the view's door opens a writing transaction: nobody waits meanwhile."""

    @wraps(view)
    def looking(organisation_id: int) -> ResponseReturnValue:
        _own(organisation_id)
        require(policy.may_enter(me(), organisation_id))
        g.letter, g.letter_faults = _letter()
        return view(organisation_id)

    return looking


@bp.post("/<int:organisation_id>/enter/")
@unkept
@signed_in
@freshly
@_look_first
@writes
@takes_files
def enter(organisation_id: int) -> ResponseReturnValue:
    """Take the account in. Whatever is wrong, the numbers are typed again."""
    organisation, form = _own(organisation_id), AccountForm()
    form.validate()
    faults: list[Reason] = list(g.letter_faults)
    if not form.errors and not faults:
        try:
            actions.enter(
                session(),
                organisation_id=organisation_id,
                account_name=form.account_name.data or "",
                sort_code=form.sort_code.data or "",
                account_number=form.account_number.data or "",
                roll_number=form.roll_number.data or "",
                letter=g.letter,
                actor=me(),
                now=now(),
            )
            flash(say("We have your bank details. Nothing is paid until they are approved."), "success")
            return redirect(url_for(".details", organisation_id=organisation_id))
        except RuleBroken as broken:
            faults = list(broken.reasons)
    form.take_reasons(faults)
    form.forget_numbers()
    return _entering_page(organisation, form)


@bp.get("/details/<int:details_id>/confirm/")
@signed_in
@freshly
def second_person(details_id: int) -> ResponseReturnValue:
    """The form in which a second person types the numbers again."""
    row = _own_row(details_id)
    require(policy.may_confirm(me(), row))
    if row.state is not BankState.DRAFT:
        return redirect(url_for(".details", organisation_id=row.organisation_id))
    return show_form("banking/confirm.html", NumbersForm(), row=row)


@bp.post("/details/<int:details_id>/confirm/")
@unkept
@signed_in
@freshly
@writes
def confirm(details_id: int) -> ResponseReturnValue:
    """Compare them with what was entered."""
    row, form = _own_row(details_id), NumbersForm()
    if form.validate():
        try:
            actions.confirm(
                session(),
                bank_details_id=details_id,
                sort_code=form.sort_code.data or "",
                account_number=form.account_number.data or "",
                actor=me(),
                now=now(),
            )
            flash(say("You have confirmed the bank details. The council checks them now."), "success")
            return redirect(url_for(".details", organisation_id=row.organisation_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    form.forget_numbers()
    return show_form("banking/confirm.html", form, row=row)


@bp.post("/details/<int:details_id>/take-back/")
@signed_in
@writes
def take_back(details_id: int) -> ResponseReturnValue:
    """Take back what is not settled. It needs no fresh sign-in: it can only stop money going elsewhere."""
    row = actions.take_back(session(), bank_details_id=details_id, actor=me(), now=now())
    flash(say("The bank details are taken back."), "success")
    return redirect(url_for(".details", organisation_id=row.organisation_id))


def _own(organisation_id: int) -> Organisation:
    """The organisation, for its own people alone. Raises NotFound for everybody else."""
    if not policy.is_member(me(), organisation_id):
        raise NotFound(say("There is no such organisation."))
    return accounts.organisation(session(), organisation_id)


def _own_row(details_id: int) -> BankDetails:
    row = queries.details(session(), details_id)
    _own(row.organisation_id)
    return row


def _letter() -> tuple[Accepted | None, list[Reason]]:
    """The letter that was sent, if any, or why it cannot be taken."""
    sent = request.files.get("letter")
    if sent is None or not sent.filename:
        return None, []
    name, content = kept_name(sent.filename) or "document", sent.stream.read()
    looked = look_apart(name, content, kinds=LETTER_KINDS, largest=LARGEST_LETTER)
    if looked.kind is None or looked.faults:
        return None, [Reason(fault.said(), "letter") for fault in looked.faults]
    return Accepted(name, looked.kind, content), []


def _entering_page(organisation: Organisation, form: AccountForm) -> ResponseReturnValue:
    return show_form(
        "banking/enter.html",
        form,
        organisation=organisation,
        change=queries.in_force(session(), organisation.id) is not None,
        kinds=LETTER_KINDS,
        most=LARGEST_LETTER // MEGABYTE,
    )
