"""Payments of awards: what was paid to whom, who approved it, and what came back."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Holding, Link

OF_PAYMENTS = (
    "It is the council's record of payments to organisations. Files for the bank are encrypted and handed to "
    "finance alone, each time on record."
)

PAYMENTS: Mapping[str, Holding] = {
    "instalment": Holding(
        plain=(
            "id",
            "application_id",
            "number",
            "name",
            "amount",
            "due_by",
            "due_on",
            "released_at",
            "release_note",
            "planned_at",
            "version",
        ),
        people=("released_by_id", "planned_by_id"),
        links=(
            Link("released_by_id", mark("Instalments that you released"), ("name", "released_at")),
            Link("planned_by_id", mark("Instalments that you planned"), ("name", "planned_at")),
        ),
        why=RECORD,
    ),
    "schedule_change": Holding(
        plain=("id", "application_id", "before", "after", "reason", "changed_at"),
        people=("changed_by_id",),
        links=(
            Link("changed_by_id", mark("Schedules of payments that you changed"), ("reason", "changed_at")),
        ),
        why=RECORD,
    ),
    "payment_batch": Holding(
        plain=(
            "id",
            "round_id",
            "number",
            "ref",
            "state",
            "pay_on",
            "count",
            "total",
            "hash_total",
            "built_at",
            "checked_at",
            "approved_at",
            "sent_at",
            "ended_at",
            "cancel_reason",
            "version",
        ),
        people=("built_by_id", "checked_by_id", "approved_by_id", "sent_by_id", "ended_by_id"),
        links=(
            Link("built_by_id", mark("Payment batches that you built"), ("built_at",)),
            Link("checked_by_id", mark("Payment batches that you checked"), ("checked_at",)),
            Link("approved_by_id", mark("Payment batches that you approved"), ("approved_at",)),
            Link("sent_by_id", mark("Payment batches that you marked as sent"), ("sent_at",)),
            Link("ended_by_id", mark("Payment batches that you cancelled or settled"), ("ended_at",)),
        ),
        why=RECORD,
    ),
    "payment_line": Holding(
        plain=(
            "id",
            "batch_id",
            "instalment_id",
            "application_id",
            "reference",
            "amount",
            "state",
            "bank_details_id",
            "note",
            "settled_at",
            "paid_at",
            "version",
        ),
        people=("settled_by_id",),
        links=(
            Link("settled_by_id", mark("Payments of which you noted what became"), ("state", "settled_at")),
        ),
        why=RECORD,
    ),
    "payment_file": Holding(
        plain=("id", "batch_id", "kind", "sealed", "sha256", "size", "made_at"),
        why=OF_PAYMENTS,
    ),
    "receivable": Holding(
        plain=(
            "id",
            "application_id",
            "number",
            "ref",
            "owing",
            "amount",
            "reason",
            "state",
            "drafted_at",
            "approved_at",
            "due_on",
            "written_off",
            "write_off_reason",
            "write_off_drafted_at",
            "write_off_approved_at",
            "version",
        ),
        people=("drafted_by_id", "approved_by_id", "write_off_drafted_by_id", "write_off_approved_by_id"),
        links=(
            Link("drafted_by_id", mark("Money that you asked back"), ("amount", "drafted_at")),
            Link(
                "approved_by_id",
                mark("Money asked back that you approved or refused"),
                ("amount", "approved_at"),
            ),
            Link("write_off_drafted_by_id", mark("Write-offs that you proposed"), ("write_off_drafted_at",)),
            Link(
                "write_off_approved_by_id", mark("Write-offs that you approved"), ("write_off_approved_at",)
            ),
        ),
        why=RECORD,
    ),
    "receipt": Holding(
        plain=(
            "id",
            "receivable_id",
            "came_by",
            "amount",
            "instalment_id",
            "received_on",
            "note",
            "recorded_at",
        ),
        people=("recorded_by_id",),
        links=(Link("recorded_by_id", mark("Receipts that you noted"), ("amount", "recorded_at")),),
        why=RECORD,
    ),
}
