"""What the page of a batch shows, whatever step it waits for."""

from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue

from grants.banking.states import PAYEE_LABELS
from grants.core.clock import in_london, now
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.web import me, session
from grants.payments import actions, policy, queries
from grants.payments.forms import ApproveForm, CancelForm, CheckForm, OutcomesForm
from grants.payments.models import PaymentBatch, PaymentLine
from grants.payments.states import BATCH, LINE, STATE_COLOURS, UNSENT, BatchState, LineState
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.paying import FileKind
from grants.reviewing.queries import hidden_refs

FILE_NAMES = {
    FileKind.CSV: ("CSV", "csv", "text/csv"),
    FileKind.BACS: ("Bacs Standard 18", "txt", "text/plain"),
    FileKind.PAIN001: ("ISO 20022 pain.001", "xml", "application/xml"),
}


def batch_page(row: PaymentBatch, form: BaseForm | None = None) -> ResponseReturnValue:
    """The batch. `form` is the one that was sent and not taken; the others are as new."""
    lines = queries.lines_of(session(), row.id)
    live = [line for line in lines if line.state is not LineState.LEFT_OUT]
    may_approve = policy.may_approve_batch(me(), row)
    asks_approval = row.state is BatchState.CHECKED and bool(may_approve)
    dropped = {
        line.id: reason
        for line in (live if asks_approval else ())
        if (reason := actions.why_not_line(session(), line, actor=me()))
    }
    kept = [line for line in live if line.id not in dropped]
    started = {"version": row.version}
    totals = {"count": len(kept), "total": sum(line.amount for line in kept)}
    kinds: dict[str, BaseForm] = {
        "check": CheckForm(formdata=None, data=started),
        "approve": ApproveForm(formdata=None, data={**started, **totals}),
        "cancel": CancelForm(formdata=None, data=started),
        "outcomes": OutcomesForm(formdata=None, data=started),
    }
    forms = {
        name: form if form is not None and type(form) is type(new) else new for name, new in kinds.items()
    }
    context = {**_facts(row, lines), "live": live, "dropped": dropped, "totals": totals, "forms": forms}
    context["may_approve"] = may_approve
    if form is None:
        return render_template("payments/batch.html", form=None, **context)
    return show_form("payments/batch.html", form, **context)


def _facts(row: PaymentBatch, lines: list[PaymentLine]) -> dict[str, object]:
    """What the page shows of a batch whatever its next step is."""
    hidden = hidden_refs(session(), me().person_id or 0, row.round_id)
    seen = [line for line in lines if line.application_id not in hidden]
    behind = queries.backgrounds(session(), seen, today=in_london(now()).date())
    return {
        "row": row,
        "round": programme.round_by_id(session(), row.round_id),
        "left_out": [line for line in lines if line.state is LineState.LEFT_OUT],
        "hidden": hidden,
        "machine": BATCH,
        "line_machine": LINE,
        "colours": STATE_COLOURS,
        "names": queries.names_of(session(), _people(row, lines, behind)),
        "behind": behind,
        "payee_labels": PAYEE_LABELS,
        "again": queries.paid_elsewhere(session(), _gone_wrong(lines)),
        "outcomes": queries.outcomes(session(), [row.id]).get(row.id, {}),
        "uncoded": _uncoded(row, lines, hidden),
        "files": queries.files_of(session(), row.id),
        "file_names": FILE_NAMES,
        "downloads": queries.downloads_of(session(), row.id),
        "may_build": me().may(Permission.BUILD_BATCH),
        "is_approver": me().may(Permission.APPROVE_BATCH),
        "may_download": me().may(Permission.READ_BANK_DETAILS),
        "is_builder": me().person_id == row.built_by_id,
        "unsent": row.state in UNSENT,
    }


def _gone_wrong(lines: list[PaymentLine]) -> set[int]:
    return {line.instalment_id for line in lines if line.state in (LineState.FAILED, LineState.RETURNED)}


def _people(
    row: PaymentBatch, lines: list[PaymentLine], behind: Mapping[int, queries.Background]
) -> set[int | None]:
    """Everybody whom the page may name."""
    did = {row.built_by_id, row.checked_by_id, row.approved_by_id, row.sent_by_id, row.ended_by_id}
    on_lines = {one for line in lines for one in (line.settled_by_id, line.instalment.released_by_id)}
    return did.union(on_lines, *(one.people() for one in behind.values()))


def _uncoded(row: PaymentBatch, lines: list[PaymentLine], hidden: Mapping[int, str]) -> list[str]:
    """The bids without supplier number or cost code, as long as both can still be put into the files."""
    if row.state not in (BatchState.BUILT, BatchState.CHECKED):
        return []
    shown = {line.application_id for line in lines if line.state is LineState.OPEN} - hidden.keys()
    return [one.ref for one in queries.uncoded(session(), shown)]
