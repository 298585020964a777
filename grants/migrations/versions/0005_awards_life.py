"""Agreements, conditions, appeals, reports, the reserve list, changes of awards, decisions made again.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

import grants.core.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns, and let columns hold their new values."""
    op.create_table(
        "report_digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_digest_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_digest")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_report_digest_person_id_day")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by_id IS NULL)", name=op.f("ck_agreement_accepted_by_somebody")
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR replaced_at IS NULL", name=op.f("ck_agreement_accepted_stands")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_agreement_accepted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_agreement_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_agreement_application_id_number")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_application_id"), ["application_id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "procedure",
                "overlooked",
                "conflict",
                "barrier",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "upheld",
                "not_upheld",
                "withdrawn",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (state = 'received')", name=op.f("ck_appeal_settled_when_over")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_appeal_application_id_application")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_appeal_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_appeal_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_application_id"), ["application_id"], unique=False)

    op.create_table(
        "award_condition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "before_payment",
                "by_date",
                name="conditionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiver_drafted",
                "met",
                "waived",
                name="conditionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("waiver_reason", sa.String(), nullable=False),
        sa.Column("waiver_drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('met', 'waived')) = (settled_at IS NOT NULL)",
            name=op.f("ck_award_condition_settled_dated"),
        ),
        sa.CheckConstraint(
            "state != 'waived' OR settled_by_id != waiver_drafted_by_id",
            name=op.f("ck_award_condition_waived_by_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_award_condition_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_award_condition_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["waiver_drafted_by_id"],
            ["person.id"],
            name=op.f("fk_award_condition_waiver_drafted_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_condition")),
        sa.UniqueConstraint(
            "application_id", "number", name=op.f("uq_award_condition_application_id_number")
        ),
    )
    with op.batch_alter_table("award_condition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_award_condition_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "draft",
                "submitted",
                "more_asked",
                "accepted",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("drawn_up_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_report_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_report_application_id_key")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "variation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "recommended",
                "to_sign",
                "agreed",
                "refused",
                "taken_back",
                name="variationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("budget", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_favour", sa.Boolean(), nullable=True),
        sa.Column("recommendation", sa.String(), nullable=False),
        sa.Column("recommended_by_id", sa.Integer(), nullable=True),
        sa.Column("recommended_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state != 'agreed' OR amount IS NULL OR signed_at IS NOT NULL",
            name=op.f("ck_variation_money_signed"),
        ),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_variation_positive")),
        sa.CheckConstraint("approved_by_id != recommended_by_id", name=op.f("ck_variation_two_people")),
        sa.CheckConstraint(
            "signed_by_id NOT IN (recommended_by_id, approved_by_id)",
            name=op.f("ck_variation_signed_by_a_third"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_variation_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_variation_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_variation_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["recommended_by_id"], ["person.id"], name=op.f("fk_variation_recommended_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["refused_by_id"], ["person.id"], name=op.f("fk_variation_refused_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_variation_signed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variation")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_variation_application_id_number")),
    )
    with op.batch_alter_table("variation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variation_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "ix_variation_open",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'recommended', 'to_sign')"),
            postgresql_where=sa.text("state IN ('asked', 'recommended', 'to_sign')"),
        )

    op.create_table(
        "award_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("variation_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("budget", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("agreed_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_award_terms_positive")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_award_terms_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["variation_id"], ["variation.id"], name=op.f("fk_award_terms_variation_id_variation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_terms")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_award_terms_application_id_number")),
    )
    with op.batch_alter_table("award_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_terms_application_id"), ["application_id"], unique=False)

    op.create_table(
        "decision_condition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "before_payment",
                "by_date",
                name="conditionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("set_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind != 'by_date' OR due_on IS NOT NULL", name=op.f("ck_decision_condition_date_given")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_condition_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_condition")),
    )
    with op.batch_alter_table("decision_condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_condition_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "use",
            sa.Enum(
                "receipt", "photo", "other", name="use", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("set_aside_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_report_file_document_id_document")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_file_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sa.UniqueConstraint("document_id", name=op.f("uq_report_file_document_id")),
    )
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_file_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("window", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_page_report_id_report")),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_report_page_saved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_page")),
        sa.UniqueConstraint("report_id", "key", name=op.f("uq_report_page_report_id_key")),
    )
    op.create_table(
        "report_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "due",
                "draft",
                "submitted",
                "more_asked",
                "accepted",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR reviewed_by_id IS NOT NULL",
            name=op.f("ck_report_submission_reviewed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_submission_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["person.id"], name=op.f("fk_report_submission_reviewed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_report_submission_submitted_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_submission")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_submission_report_id_number")),
    )
    op.create_table(
        "reserve_skip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("skipped_by_id", sa.Integer(), nullable=False),
        sa.Column("skipped_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_reserve_skip_lifted_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_reserve_skip_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_reserve_skip_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_reserve_skip_lifted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["skipped_by_id"], ["person.id"], name=op.f("fk_reserve_skip_skipped_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_skip")),
    )
    with op.batch_alter_table("reserve_skip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reserve_skip_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reserve_skip_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(
            "ix_reserve_skip_holds",
            ["decision_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ending_signed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_award_ending_signed_by_id_person"), "person", ["ending_signed_by_id"], ["id"]
        )

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("from_reserve", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("flagged_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("reopened_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("reopened_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reopening_reason", sa.String(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("replaced_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("varied_to", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_decision_application_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_decision_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "ix_decision_stands",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_reopened_by_id_person"), "person", ["reopened_by_id"], ["id"]
        )

    with op.batch_alter_table("decision_letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_decision_letter_application_id"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_decision_letter_application_id"), ["application_id"], unique=False
        )

    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "allocations",
                    "commitments",
                    "payments",
                    "receivables",
                    "position",
                    name="exportkind",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="allocations",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("at", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "grouping",
                sa.Enum(
                    "none",
                    "theme",
                    "place",
                    "organisation",
                    "partner",
                    name="grouping",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="none",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("only", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("progress", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("refused_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("refusal", sa.String(), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_override_refused_by_id_person"), "person", ["refused_by_id"], ["id"]
        )

    with op.batch_alter_table("partner_change", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "leaving",
                    "part_award",
                    name="changekind",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="leaving",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("answer_by", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.alter_column("drafted_by_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paid_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("decision") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_decision_reopened_by_somebody"), "(reopened_at IS NULL) = (reopened_by_id IS NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_decision_replaced_after_release"), "replaced_at IS NULL OR released_at IS NOT NULL"
        )
    with op.batch_alter_table("override") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_override_one_answer"), "approved_at IS NULL OR refused_at IS NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_override_refused_by_another"), "refused_by_id IS NULL OR refused_by_id != asked_by_id"
        )
    # Before the day of payment had a column, a payment was settled when it was paid.
    op.execute("UPDATE payment_line SET paid_at = settled_at WHERE state = 'paid'")


def downgrade() -> None:
    """Take them away again. A row that holds a new value stops it."""
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_reopened_by_somebody"), type_="check")
        batch_op.drop_constraint(op.f("ck_decision_replaced_after_release"), type_="check")
    with op.batch_alter_table("export") as batch_op:
        batch_op.drop_constraint(op.f("ck_export_exportkind"), type_="check")
        batch_op.drop_constraint(op.f("ck_export_grouping"), type_="check")
    with op.batch_alter_table("override") as batch_op:
        batch_op.drop_constraint(op.f("ck_override_one_answer"), type_="check")
        batch_op.drop_constraint(op.f("ck_override_refused_by_another"), type_="check")
    with op.batch_alter_table("partner_change") as batch_op:
        batch_op.drop_constraint(op.f("ck_partner_change_changekind"), type_="check")
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.drop_column("paid_at")

    with op.batch_alter_table("partner_change", schema=None) as batch_op:
        batch_op.alter_column("drafted_by_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("answer_by")
        batch_op.drop_column("kind")

    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_override_refused_by_id_person"), type_="foreignkey")
        batch_op.drop_column("refusal")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("refused_by_id")

    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_column("progress")
        batch_op.drop_column("only")
        batch_op.drop_column("grouping")
        batch_op.drop_column("at")
        batch_op.drop_column("kind")

    with op.batch_alter_table("decision_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_letter_application_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_decision_letter_application_id"), ["application_id"])

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_reopened_by_id_person"), type_="foreignkey")
        batch_op.drop_index(
            "ix_decision_stands",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_decision_application_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_decision_application_id"), ["application_id"])
        batch_op.drop_column("varied_to")
        batch_op.drop_column("replaced_at")
        batch_op.drop_column("reopening_reason")
        batch_op.drop_column("reopened_by_id")
        batch_op.drop_column("reopened_at")
        batch_op.drop_column("flagged_at")
        batch_op.drop_column("from_reserve")

    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_award_ending_signed_by_id_person"), type_="foreignkey")
        batch_op.drop_column("ending_signed_by_id")

    with op.batch_alter_table("reserve_skip", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reserve_skip_holds",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reserve_skip_decision_id"))
        batch_op.drop_index(batch_op.f("ix_reserve_skip_application_id"))

    op.drop_table("reserve_skip")
    op.drop_table("report_submission")
    op.drop_table("report_page")
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_file_report_id"))

    op.drop_table("report_file")
    with op.batch_alter_table("decision_condition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_condition_decision_id"))

    op.drop_table("decision_condition")
    with op.batch_alter_table("award_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_terms_application_id"))

    op.drop_table("award_terms")
    with op.batch_alter_table("variation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_variation_open",
            sqlite_where=sa.text("state IN ('asked', 'recommended', 'to_sign')"),
            postgresql_where=sa.text("state IN ('asked', 'recommended', 'to_sign')"),
        )
        batch_op.drop_index(batch_op.f("ix_variation_application_id"))

    op.drop_table("variation")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_state_due_on")

    op.drop_table("report")
    with op.batch_alter_table("award_condition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_condition_application_id"))

    op.drop_table("award_condition")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_application_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_application_id"))

    op.drop_table("agreement")
    op.drop_table("report_digest")
