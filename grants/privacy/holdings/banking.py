"""Bank details of organisations, and the checks before an award is paid."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Holding, Link

OF_AN_ORGANISATION = (
    "It is an organisation’s account, not a person’s. It is encrypted, read by finance alone and on record, "
    "and its numbers are deleted a year after it stops being used."
)

BANKING: Mapping[str, Holding] = {
    "bank_details": Holding(
        plain=(
            "id",
            "organisation_id",
            "state",
            "sealed",
            "digest",
            "ending",
            "modulus",
            "entered_at",
            "confirmed_at",
            "letter_id",
            "payee_check",
            "payee_note",
            "payee_checked_at",
            "settled_at",
            "settled_reason",
            "ended_at",
            "version",
        ),
        people=("entered_by_id", "confirmed_by_id", "payee_checked_by_id", "settled_by_id"),
        links=(
            Link("entered_by_id", mark("Bank details that you entered"), ("state", "entered_at")),
            Link("confirmed_by_id", mark("Bank details that you confirmed"), ("state", "entered_at")),
            Link(
                "payee_checked_by_id",
                mark("Checks of a payee that you recorded"),
                ("payee_check", "payee_checked_at"),
            ),
            Link("settled_by_id", mark("Bank details that you approved or refused"), ("state", "settled_at")),
        ),
        why=OF_AN_ORGANISATION,
    ),
    "supplier": Holding(
        plain=("organisation_id", "number", "saved_at"),
        people=("saved_by_id",),
        links=(Link("saved_by_id", mark("Supplier numbers that you saved"), ("saved_at",)),),
        why=RECORD,
    ),
    "cost_code": Holding(
        plain=("application_id", "code", "saved_at"),
        people=("saved_by_id",),
        links=(Link("saved_by_id", mark("Cost codes that you saved"), ("code", "saved_at")),),
        why=RECORD,
    ),
    "diligence_check": Holding(
        plain=("id", "application_id", "item", "finding", "note", "recorded_at", "version"),
        people=("recorded_by_id",),
        links=(
            Link(
                "recorded_by_id",
                mark("Checks of awards that you recorded"),
                ("item", "finding", "recorded_at"),
            ),
        ),
        why=RECORD,
    ),
    "earlier_check": Holding(
        plain=("id", "application_id", "item", "finding", "note", "recorded_at", "replaced_at"),
        people=("recorded_by_id",),
        links=(
            Link(
                "recorded_by_id",
                mark("Checks of awards that you recorded, and that were recorded again"),
                ("item", "finding", "recorded_at"),
            ),
        ),
        why=RECORD,
    ),
    "modulus_table": Holding(plain=("name", "content", "sha256", "rows", "loaded_at"), why=RECORD),
}
