"""A round's payments: where the pot's money is, what every award has had, batches, what is due."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import in_london, now
from grants.core.errors import RuleBroken
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, writes
from grants.payments import actions, queries
from grants.payments.forms import BuildForm
from grants.payments.states import BATCH, LINE, STATE_COLOURS
from grants.payments.views.blueprint import bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs


@bp.get("/<round_ref>/")
@needs(Permission.READ_PAYMENTS)
def overview(round_ref: str) -> ResponseReturnValue:
    """Batches of a round and where its pot is."""
    round_ = programme.round_by_ref(session(), round_ref)
    page = queries.batches(session(), round_.id, page=page_number(request.args.get("page")))
    return render_template(
        "payments/overview.html",
        round=round_,
        page=page,
        outcomes=queries.outcomes(session(), [one.id for one in page.rows]),
        standing=queries.reconciliation(session(), round_),
        off_schedule=queries.off_schedule(session(), round_.id),
        unplanned=len(queries.awards_without_schedule(session(), round_.id)),
        machine=BATCH,
        colours=STATE_COLOURS,
        may_build=me().may(Permission.BUILD_BATCH),
        may_export=me().may(Permission.READ_EXPORTS),
    )


@bp.get("/<round_ref>/reconciliation/")
@needs(Permission.READ_PAYMENTS)
def reconciliation(round_ref: str) -> ResponseReturnValue:
    """The identity of the pot, part by part and award by award, in pence."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    rows = queries.award_rows(session(), round_.id)
    return render_template(
        "payments/reconciliation.html",
        round=round_,
        standing=queries.reconciliation(session(), round_),
        rows=[row for row in rows if row.application.id not in hidden],
        hidden=list(hidden.values()),
    )


@bp.post("/<round_ref>/schedules/")
@needs(Permission.BUILD_BATCH)
@writes
def draw_up(round_ref: str) -> ResponseReturnValue:
    """Give every award without a schedule the fund file's."""
    round_ = programme.round_by_ref(session(), round_ref)
    count = actions.draw_up(session(), round_id=round_.id, actor=me(), now=now())
    flash(f"{count} {'schedule' if count == 1 else 'schedules'} drawn up.", "success")
    return redirect(url_for(".overview", round_ref=round_ref))


@bp.get("/<round_ref>/build/")
@needs(Permission.BUILD_BATCH)
def new_batch(round_ref: str) -> ResponseReturnValue:
    """What a batch of today would pay, and what it would leave out."""
    form = BuildForm(formdata=None, data={"pay_on": in_london(now()).date()})
    return _build_page(programme.round_by_ref(session(), round_ref), form)


@bp.post("/<round_ref>/build/")
@needs(Permission.BUILD_BATCH)
@writes
def build(round_ref: str) -> ResponseReturnValue:
    """Build it."""
    round_, form = programme.round_by_ref(session(), round_ref), BuildForm()
    if form.validate() and form.pay_on.data is not None:
        try:
            batch = actions.build(
                session(), round_id=round_.id, pay_on=form.pay_on.data, actor=me(), now=now()
            )
            flash(f"Batch {batch.ref} is built. Compare it with the awards.", "success")
            return redirect(url_for(".batch", batch_id=batch.id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _build_page(round_, form)


def _build_page(round_: Round, form: BuildForm) -> ResponseReturnValue:
    day = form.pay_on.data or in_london(now()).date()
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    found = [
        (due, actions.why_not(session(), due.instalment, due.to_pay, actor=me()))
        for due in queries.due(session(), round_.id, pay_on=day)
        if due.instalment.application_id not in hidden
    ]
    failures = queries.last_failures(session(), [due.instalment.id for due, _ in found])
    return show_form(
        "payments/build.html",
        form,
        round=round_,
        day=day,
        failures=failures,
        line_machine=LINE,
        same_account={key for key, line in failures.items() if queries.same_account(session(), line)},
        payable=[due for due, why in found if not why],
        left_out=[(due, why) for due, why in found if why],
        hidden=list(hidden.values()),
    )
