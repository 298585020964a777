"""Reviewing in depth: interests, expertise, proposals, reopened sheets, calibration, agreed scores kept.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import grants.core.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns, and let columns hold their new values."""
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "ready",
                "failed",
                "stale",
                name="calibrationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state != 'ready' OR made_at IS NOT NULL", name=op.f("ck_calibration_ready_dated")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_calibration_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_calibration_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_round_id"), ["round_id"], unique=False)

    op.create_table(
        "interests_declared",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("declared_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_interests_declared_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_interests_declared_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests_declared")),
        sa.UniqueConstraint("person_id", "round_id", name=op.f("uq_interests_declared_person_id_round_id")),
    )
    op.create_table(
        "reviewer_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "tie",
            sa.Enum(
                "employer",
                "trustee",
                "member",
                "family",
                "councillor",
                "other",
                name="interesttie",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reviewer_interest_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_interest")),
    )
    with op.batch_alter_table("reviewer_interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewer_interest_person_id"), ["person_id"], unique=False)

    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_saved_view_made_by_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_saved_view_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_saved_view_round_id_name")),
    )
    op.create_table(
        "reviewer_expertise",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_reviewer_expertise_level")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["reviewer.person_id"], name=op.f("fk_reviewer_expertise_person_id_reviewer")
        ),
        sa.PrimaryKeyConstraint("person_id", "theme", name=op.f("pk_reviewer_expertise")),
    )
    op.create_table(
        "conflict_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conflict_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "rejected",
                "pinned",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_conflict_step_by_id_person")),
        sa.ForeignKeyConstraint(
            ["conflict_id"], ["conflict.id"], name=op.f("fk_conflict_step_conflict_id_conflict")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_step")),
    )
    with op.batch_alter_table("conflict_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_step_conflict_id"), ["conflict_id"], unique=False)

    op.create_table(
        "sheet_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("locked_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_history_sheet_id_sheet")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_sheet_history_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_history")),
        sa.UniqueConstraint("sheet_id", "number", name=op.f("uq_sheet_history_sheet_id_number")),
    )
    op.create_table(
        "sheet_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "drafted",
                "approved",
                "refused",
                name="reopeningstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_because", sa.String(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("drafted_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_sheet_reopening_drafted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_sheet_reopening_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_reopening_sheet_id_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_reopening")),
    )
    with op.batch_alter_table("sheet_reopening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_reopening_sheet_id"), ["sheet_id"], unique=False)

    with op.batch_alter_table("agreed_score", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("replaced_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("replaced_by_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_agreed_score_application_id_theme_strand"), type_="unique")
        batch_op.create_index(
            "uq_agreed_score_standing",
            ["application_id", "theme", "strand"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_agreed_score_replaced_by_id_agreed_score"),
            "agreed_score",
            ["replaced_by_id"],
            ["id"],
        )

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("assignment_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("basis", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("step", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failure", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("settled_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_run_settled_by_id_person"), "person", ["settled_by_id"], ["id"]
        )

    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.add_column(sa.Column("raised_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("grounds", sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_conflict_raised_by_id_person"), "person", ["raised_by_id"], ["id"]
        )

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("apart", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(
            sa.Column("without_one", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
        )
        batch_op.add_column(sa.Column("measures", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("claimed", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("shape", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "recommendation",
                sa.Enum(
                    "fund",
                    "fund_in_part",
                    "decline",
                    name="recommendation",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("recommended_amount", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("recommended_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("saved_in", sa.String(length=40), nullable=False, server_default=""))

    with op.batch_alter_table("theme_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shareable", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_constraint(op.f("ck_assignment_assignmentstate"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assignment_assignmentstate"),
            "state IN ('assigned', 'cleared', 'conflicted', 'declined', 'removed')",
        )
    with op.batch_alter_table("assignment_run") as batch_op:
        batch_op.drop_constraint(op.f("ck_assignment_run_runstate"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assignment_run_runstate"),
            "state IN ('queued', 'running', 'proposed', 'applied', 'discarded', 'failed')",
        )


def downgrade() -> None:
    """Take them away again. A row that holds a new value stops it."""
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_constraint(op.f("ck_assignment_assignmentstate"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assignment_assignmentstate"), "state IN ('assigned', 'cleared', 'conflicted', 'removed')"
        )
    with op.batch_alter_table("assignment_run") as batch_op:
        batch_op.drop_constraint(op.f("ck_assignment_run_runstate"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assignment_run_runstate"), "state IN ('queued', 'running', 'applied', 'failed')"
        )
    with op.batch_alter_table("sheet") as batch_op:
        batch_op.drop_constraint(op.f("ck_sheet_recommendation"), type_="check")
    with op.batch_alter_table("theme_note", schema=None) as batch_op:
        batch_op.drop_column("shareable")

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_column("saved_in")
        batch_op.drop_column("recommended_reason")
        batch_op.drop_column("recommended_amount")
        batch_op.drop_column("recommendation")

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("shape")
        batch_op.drop_column("claimed")
        batch_op.drop_column("measures")
        batch_op.drop_column("without_one")
        batch_op.drop_column("apart")

    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_conflict_raised_by_id_person"), type_="foreignkey")
        batch_op.drop_column("grounds")
        batch_op.drop_column("raised_by_id")

    with op.batch_alter_table("assignment_run", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_assignment_run_settled_by_id_person"), type_="foreignkey")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("settled_by_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("failure")
        batch_op.drop_column("attempts")
        batch_op.drop_column("step")
        batch_op.drop_column("basis")
        batch_op.drop_column("proposal")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("agreed_score", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_agreed_score_replaced_by_id_agreed_score"), type_="foreignkey"
        )
        batch_op.drop_index(
            "uq_agreed_score_standing",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_agreed_score_application_id_theme_strand"), ["application_id", "theme", "strand"]
        )
        batch_op.drop_column("replaced_by_id")
        batch_op.drop_column("replaced_at")

    with op.batch_alter_table("sheet_reopening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_reopening_sheet_id"))

    op.drop_table("sheet_reopening")
    op.drop_table("sheet_history")
    with op.batch_alter_table("conflict_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_step_conflict_id"))

    op.drop_table("conflict_step")
    op.drop_table("reviewer_expertise")
    op.drop_table("saved_view")
    with op.batch_alter_table("reviewer_interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviewer_interest_person_id"))

    op.drop_table("reviewer_interest")
    op.drop_table("interests_declared")
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_round_id"))

    op.drop_table("calibration")
