"""Meetings, feedback, letters, scenarios, bank details, payments and reminders.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

import grants.core.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns, and let columns hold their new values."""
    op.create_table(
        "modulus_table",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_modulus_table")),
    )
    op.create_table(
        "feedback_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                name="draftingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("bids", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("drafted", sa.Integer(), nullable=False),
        sa.Column("refreshed", sa.Integer(), nullable=False),
        sa.Column("finished_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_feedback_run_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_feedback_run_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_run")),
    )
    with op.batch_alter_table("feedback_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_run_round_id"), ["round_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "called",
                "open",
                "closed",
                name="meetingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=False),
        sa.Column("called_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("current_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_meeting_somebody")),
        sa.ForeignKeyConstraint(["called_by_id"], ["person.id"], name=op.f("fk_meeting_called_by_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_meeting_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_round_id"), ["round_id"], unique=False)

    op.create_table(
        "payment_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "built",
                "checked",
                "approved",
                "sent",
                "settled",
                "cancelled",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("hash_total", sa.String(length=10), nullable=False),
        sa.Column("built_by_id", sa.Integer(), nullable=False),
        sa.Column("built_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR (checked_by_id IS NOT NULL AND approved_by_id != checked_by_id)",
            name=op.f("ck_payment_batch_checked_by_another"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id != built_by_id",
            name=op.f("ck_payment_batch_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_payment_batch_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["built_by_id"], ["person.id"], name=op.f("fk_payment_batch_built_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_payment_batch_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_payment_batch_ended_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_payment_batch_round_id_round")),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["person.id"], name=op.f("fk_payment_batch_sent_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_batch_ref")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_payment_batch_round_id_number")),
    )
    op.create_table(
        "practice_reveal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_practice_reveal_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_practice_reveal_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_practice_reveal")),
    )
    op.create_table(
        "practice_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "locked", name="sheetstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("saved_in", sa.String(length=40), nullable=False),
        sa.Column("started_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'locked') = (locked_at IS NOT NULL)",
            name=op.f("ck_practice_sheet_practice_locked_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_sheet_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_practice_sheet_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_sheet")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_practice_sheet_round_id_person_id")),
    )
    with op.batch_alter_table("practice_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practice_sheet_person_id"), ["person_id"], unique=False)

    op.create_table(
        "review_digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("to_declare", sa.Integer(), nullable=False),
        sa.Column("to_score", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_digest_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_digest")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_review_digest_person_id_day")),
    )
    op.create_table(
        "reviewer_expense",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reading",
                "meeting",
                "travel",
                name="expensekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "entered",
                "queried",
                "accepted",
                "taken_back",
                name="expensestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0 OR pence > 0", name=op.f("ck_reviewer_expense_something")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_reviewer_expense_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reviewer_expense_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reviewer_expense_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_expense")),
    )
    with op.batch_alter_table("reviewer_expense", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewer_expense_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviewer_expense_round_id"), ["round_id"], unique=False)

    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "computing",
                "done",
                "clash",
                "failed",
                name="scenariostate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('done', 'clash') OR made_at IS NOT NULL", name=op.f("ck_scenario_made_dated")
        ),
        sa.CheckConstraint(
            "(taken_by_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_scenario_taken_dated")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["scenario.id"], name=op.f("fk_scenario_base_id_scenario")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_scenario_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_scenario_round_id_round")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_scenario_taken_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scenario_round_id"), ["round_id"], unique=False)

    op.create_table(
        "supplier",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_supplier_saved_by_id_person")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_supplier")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("called_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_agenda_item_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["person.id"], name=op.f("fk_agenda_item_called_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint(
            "meeting_id", "application_id", name=op.f("uq_agenda_item_meeting_id_application_id")
        ),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("came_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "bank_details",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "entered",
                "approved",
                "refused",
                "taken_back",
                "replaced",
                name="bankstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ending", sa.String(length=2), nullable=False),
        sa.Column(
            "modulus",
            sa.Enum(
                "passed",
                "failed",
                "not_covered",
                name="modulus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column(
            "payee_check",
            sa.Enum(
                "match",
                "close",
                "no_match",
                "unavailable",
                name="payeecheck",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("payee_note", sa.String(), nullable=False),
        sa.Column("payee_checked_by_id", sa.Integer(), nullable=True),
        sa.Column("payee_checked_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("ended_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state != 'approved' OR (settled_by_id IS NOT NULL AND settled_by_id != entered_by_id AND (confirmed_by_id IS NULL OR settled_by_id != confirmed_by_id))",
            name=op.f("ck_bank_details_two_sides"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id != entered_by_id",
            name=op.f("ck_bank_details_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_bank_details_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_bank_details_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["document.id"], name=op.f("fk_bank_details_letter_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_bank_details_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["payee_checked_by_id"], ["person.id"], name=op.f("fk_bank_details_payee_checked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_bank_details_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_details")),
    )
    with op.batch_alter_table("bank_details", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_details_digest"), ["digest"], unique=False)
        batch_op.create_index(
            "ix_bank_details_organisation_id_state", ["organisation_id", "state"], unique=False
        )

    op.create_table(
        "bid_feedback",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "ready",
                "sent",
                name="feedbackstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("drafted_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("ready_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ready_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_bid_feedback_sent_dated")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_bid_feedback_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["person.id"], name=op.f("fk_bid_feedback_edited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ready_by_id"], ["person.id"], name=op.f("fk_bid_feedback_ready_by_id_person")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_bid_feedback")),
    )
    op.create_table(
        "cost_code",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_cost_code_application_id_application")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_cost_code_saved_by_id_person")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_cost_code")),
    )
    op.create_table(
        "diligence_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "item",
            sa.Enum(
                "registers",
                "accounts",
                "sanctions",
                "subsidy",
                "equality",
                "duplicates",
                name="item",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "finding",
            sa.Enum(
                "clear",
                "concern",
                "not_needed",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_diligence_check_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_diligence_check_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diligence_check")),
        sa.UniqueConstraint("application_id", "item", name=op.f("uq_diligence_check_application_id_item")),
    )
    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "due_by",
            sa.Enum(
                "day",
                "milestone",
                "report",
                name="dueby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("released_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("release_note", sa.String(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_positive")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_instalment_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["person.id"], name=op.f("fk_instalment_planned_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_instalment_released_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_instalment_application_id_number")),
    )
    op.create_table(
        "lottery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("bids", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("fixed_by_id", sa.Integer(), nullable=False),
        sa.Column("fixed_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.Column("drawn_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["person.id"], name=op.f("fk_lottery_drawn_by_id_person")),
        sa.ForeignKeyConstraint(["fixed_by_id"], ["person.id"], name=op.f("fk_lottery_fixed_by_id_person")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_lottery_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery")),
    )
    with op.batch_alter_table("lottery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lottery_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "payment_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "csv",
                "bacs",
                "pain001",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_file_batch_id_payment_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_file")),
        sa.UniqueConstraint("batch_id", "kind", name=op.f("uq_payment_file_batch_id_kind")),
    )
    op.create_table(
        "receivable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column(
            "owing",
            sa.Enum(
                "underspend", "clawback", name="owing", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "invoiced",
                "settled",
                "refused",
                name="receivablestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("written_off", sa.BigInteger(), nullable=False),
        sa.Column("write_off_reason", sa.String(), nullable=False),
        sa.Column("write_off_drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("write_off_drafted_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("write_off_approved_by_id", sa.Integer(), nullable=True),
        sa.Column("write_off_approved_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receivable_positive")),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id != drafted_by_id", name=op.f("ck_receivable_two_people")
        ),
        sa.CheckConstraint(
            "write_off_approved_by_id IS NULL OR write_off_approved_by_id != write_off_drafted_by_id",
            name=op.f("ck_receivable_written_off_by_two"),
        ),
        sa.CheckConstraint(
            "written_off >= 0 AND written_off <= amount",
            name=op.f("ck_receivable_written_off_within_the_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_receivable_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_receivable_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_receivable_drafted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["write_off_approved_by_id"],
            ["person.id"],
            name=op.f("fk_receivable_write_off_approved_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["write_off_drafted_by_id"],
            ["person.id"],
            name=op.f("fk_receivable_write_off_drafted_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_receivable_application_id_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_receivable_ref")),
    )
    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("went_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("returned_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_recusal_application_id_application")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_recusal_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recusal_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "decision_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("written_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "content IS NULL OR sha256 IS NOT NULL", name=op.f("ck_decision_letter_made_hashed")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_decision_letter_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_letter_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_letter")),
        sa.UniqueConstraint("application_id", name=op.f("uq_decision_letter_application_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_letter_decision_id")),
    )
    op.create_table(
        "passage_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("strand", sa.String(length=60), nullable=False),
        sa.Column("opened_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_passage_opening_assignment_id_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_opening")),
        sa.UniqueConstraint(
            "assignment_id", "theme", "strand", name=op.f("uq_passage_opening_assignment_id_theme_strand")
        ),
    )
    op.create_table(
        "payment_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=18), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "paid",
                "failed",
                "returned",
                "left_out",
                name="linestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("bank_details_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'left_out' OR bank_details_id IS NOT NULL", name=op.f("ck_payment_line_has_an_account")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_line_positive")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_payment_line_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["bank_details_id"],
            ["bank_details.id"],
            name=op.f("fk_payment_line_bank_details_id_bank_details"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_line_batch_id_payment_batch")
        ),
        sa.ForeignKeyConstraint(
            ["instalment_id"], ["instalment.id"], name=op.f("fk_payment_line_instalment_id_instalment")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_payment_line_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint("batch_id", "instalment_id", name=op.f("uq_payment_line_batch_id_instalment_id")),
    )
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_line_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_payment_line_live",
            ["instalment_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'paid')"),
            postgresql_where=sa.text("state IN ('open', 'paid')"),
        )

    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receivable_id", sa.Integer(), nullable=False),
        sa.Column(
            "came_by",
            sa.Enum("bank", "offset", name="cameby", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(came_by = 'offset') = (instalment_id IS NOT NULL)",
            name=op.f("ck_receipt_offset_of_an_instalment"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receipt_positive")),
        sa.ForeignKeyConstraint(
            ["instalment_id"], ["instalment.id"], name=op.f("fk_receipt_instalment_id_instalment")
        ),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivable.id"], name=op.f("fk_receipt_receivable_id_receivable")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_receipt_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_instalment_id"), ["instalment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipt_receivable_id"), ["receivable_id"], unique=False)

    op.create_table(
        "theme_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("band", sa.Integer(), nullable=True),
        sa.Column("strengths", sa.String(), nullable=False),
        sa.Column("next_steps", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["bid_feedback.application_id"],
            name=op.f("fk_theme_feedback_application_id_bid_feedback"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_feedback")),
        sa.UniqueConstraint("application_id", "theme", name=op.f("uq_theme_feedback_application_id_theme")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("due_reason", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("attachment_kind", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("bounced_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("saved_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away again. A row that holds a new value stops it."""
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_column("saved_at")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("bounced_at")
        batch_op.drop_column("attachment_id")
        batch_op.drop_column("attachment_kind")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("due_reason")
        batch_op.drop_column("due_at")

    op.drop_table("theme_feedback")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_receivable_id"))
        batch_op.drop_index(batch_op.f("ix_receipt_instalment_id"))

    op.drop_table("receipt")
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_line_live",
            sqlite_where=sa.text("state IN ('open', 'paid')"),
            postgresql_where=sa.text("state IN ('open', 'paid')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_line_application_id"))

    op.drop_table("payment_line")
    op.drop_table("passage_opening")
    op.drop_table("decision_letter")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_meeting_id"))

    op.drop_table("recusal")
    op.drop_table("receivable")
    op.drop_table("payment_file")
    with op.batch_alter_table("lottery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lottery_meeting_id"))

    op.drop_table("lottery")
    op.drop_table("instalment")
    op.drop_table("diligence_check")
    op.drop_table("cost_code")
    op.drop_table("bid_feedback")
    with op.batch_alter_table("bank_details", schema=None) as batch_op:
        batch_op.drop_index("ix_bank_details_organisation_id_state")
        batch_op.drop_index(batch_op.f("ix_bank_details_digest"))

    op.drop_table("bank_details")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_meeting_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_meeting_id"))

    op.drop_table("agenda_item")
    op.drop_table("supplier")
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scenario_round_id"))

    op.drop_table("scenario")
    with op.batch_alter_table("reviewer_expense", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviewer_expense_round_id"))
        batch_op.drop_index(batch_op.f("ix_reviewer_expense_person_id"))

    op.drop_table("reviewer_expense")
    op.drop_table("review_digest")
    with op.batch_alter_table("practice_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practice_sheet_person_id"))

    op.drop_table("practice_sheet")
    op.drop_table("practice_reveal")
    op.drop_table("payment_batch")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_round_id"))

    op.drop_table("meeting")
    with op.batch_alter_table("feedback_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_run_round_id"))

    op.drop_table("feedback_run")
    op.drop_table("modulus_table")
