"""Applying in depth: documents, change requests, messages, assisted bids, extensions, privacy.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import grants.core.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns, and let columns hold their new values."""
    op.create_table(
        "postcode_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_use_since", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("postcodes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcode_file")),
    )
    op.create_table(
        "removal",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("removed_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_removal")),
    )
    op.create_table(
        "area",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["postcode_file.id"], name=op.f("fk_area_file_id_postcode_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "code", name=op.f("pk_area")),
    )
    op.create_table(
        "deletion_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "granted",
                "refused",
                "taken_back",
                name="deletionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("asked_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_deletion_request_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_deletion_request_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_request")),
    )
    with op.batch_alter_table("deletion_request", schema=None) as batch_op:
        batch_op.create_index(
            "uq_deletion_request_waiting",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "docx",
                "xlsx",
                "odt",
                "jpeg",
                "png",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=True),
        sa.Column("page", sa.String(length=300), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "scan",
            sa.Enum(
                "unscanned",
                "waiting",
                "clean",
                "infected",
                "failed",
                name="scan",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_scan_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("scanned_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("missing_since", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(place IS NULL) = (scan = 'infected')", name=op.f("ck_document_infected_removed")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_document_uploaded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("place", name=op.f("uq_document_place")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_scan_next_scan_at", ["scan", "next_scan_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_uploaded_by_id"), ["uploaded_by_id"], unique=False)

    op.create_table(
        "equality_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=300), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_equality_count_somebody")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_equality_count_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "question", "choice", name=op.f("pk_equality_count")),
    )
    op.create_table(
        "kept_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("kept_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_words_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_words")),
    )
    with op.batch_alter_table("kept_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_words_kept_at"), ["kept_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_words_person_id"), ["person_id"], unique=False)

    op.create_table(
        "organisation_profile",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("trustees", sa.Integer(), nullable=True),
        sa.Column("year_end", sa.String(length=12), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=True),
        sa.Column("saved_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_profile_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_organisation_profile_saved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_profile")),
    )
    op.create_table(
        "postcode",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("ward_code", sa.String(length=9), nullable=False),
        sa.Column("authority_code", sa.String(length=9), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["postcode_file.id"], name=op.f("fk_postcode_file_id_postcode_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "postcode", name=op.f("pk_postcode")),
    )
    op.create_table(
        "assistance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "paper", "telephone", name="channel", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("received_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("late_reason", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("signatory_name", sa.String(length=200), nullable=False),
        sa.Column("signatory_email", sa.String(length=320), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "writing",
                "asked",
                "recorded",
                "signed",
                name="assisted",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("paper_received_on", sa.Date(), nullable=True),
        sa.Column("paper_kept_at", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refused_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id != recorded_by_id",
            name=op.f("ck_assistance_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_assistance_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_assistance_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_assistance_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_assistance_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance")),
        sa.UniqueConstraint("application_id", name=op.f("uq_assistance_application_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_assistance_token_digest")),
    )
    op.create_table(
        "bid_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("set_aside_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_bid_document_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_bid_document_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_document")),
        sa.UniqueConstraint("document_id", name=op.f("uq_bid_document_document_id")),
    )
    with op.batch_alter_table("bid_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_document_application_id"), ["application_id"], unique=False)

    op.create_table(
        "closing_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("closes_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_closing_reminder_application_id_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_reminder")),
        sa.UniqueConstraint(
            "application_id",
            "days",
            "closes_at",
            name=op.f("uq_closing_reminder_application_id_days_closes_at"),
        ),
    )
    op.create_table(
        "page_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("active_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_page_visit_application_id_application")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_page_visit_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_visit")),
        sa.UniqueConstraint(
            "application_id", "key", "person_id", name=op.f("uq_page_visit_application_id_key_person_id")
        ),
    )
    op.create_table(
        "partner_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asking",
                "agreed",
                "forwarded",
                "approved",
                "refused",
                "taken_back",
                name="change",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("leaving", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("drafted_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("forwarded_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("forwarded_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id != forwarded_by_id",
            name=op.f("ck_partner_change_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_partner_change_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_partner_change_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_partner_change_drafted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["forwarded_by_id"], ["person.id"], name=op.f("fk_partner_change_forwarded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_change")),
    )
    with op.batch_alter_table("partner_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_change_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "partner_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_partner_letter_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_letter")),
    )
    with op.batch_alter_table("partner_letter", schema=None) as batch_op:
        batch_op.create_index(
            "ix_partner_letter_address_digest_sent_at", ["address_digest", "sent_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_partner_letter_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("opening", sa.String(length=40), nullable=False),
        sa.Column("set_aside_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_set_aside_application_id_application")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_set_aside_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_aside_application_id"), ["application_id"], unique=False)

    op.create_table(
        "signature_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "declined",
                "taken_back",
                name="signing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_signature_request_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_signature_request_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_signature_request_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_request")),
    )
    with op.batch_alter_table("signature_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signature_request_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "thread",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("waiting_since", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_thread_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_thread")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_last_at"), ["last_at"], unique=False)
        batch_op.create_index("ix_thread_waiting_since", ["waiting_since"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "sent",
                "cancelled",
                "lapsed",
                "dropped",
                name="revisionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("as_sent", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("ask", sa.BigInteger(), nullable=False),
        sa.Column("least_amount", sa.BigInteger(), nullable=True),
        sa.Column("lead_share", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", grants.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.Column("sent_version_id", sa.Integer(), nullable=True),
        sa.Column("unsent", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (ended_at IS NULL)", name=op.f("ck_change_request_ended_dated")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_version_id IS NOT NULL)", name=op.f("ck_change_request_sent_version")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_change_request_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_change_request_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_change_request_ended_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["sent_version_id"], ["version.id"], name=op.f("fk_change_request_sent_version_id_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_change_request_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_request_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index("ix_change_request_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_change_request_open",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "thread_mark",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_upto", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["thread.application_id"], name=op.f("fk_thread_mark_application_id_thread")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thread_mark_person_id_person")),
        sa.PrimaryKeyConstraint("application_id", "person_id", name=op.f("pk_thread_mark")),
    )
    op.create_table(
        "thread_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("from_team", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["thread.application_id"],
            name=op.f("fk_thread_message_application_id_thread"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_thread_message_author_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
    )
    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.create_index("ix_thread_message_application_id_id", ["application_id", "id"], unique=False)

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("previous_closes_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("refused_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("refused_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("refused_reason", sa.String(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("withdrawn_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("told_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_extension_refused_by_id_person"), "person", ["refused_by_id"], ["id"]
        )

    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leads", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("link_seed", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("reminded_at", grants.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Enum(
                    "current",
                    "proposed",
                    "former",
                    name="standing",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=False,
                server_default="current",
            )
        )
        batch_op.add_column(sa.Column("change_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_partner_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_partner_change_id_partner_change"), "partner_change", ["change_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_partner_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )

    with op.batch_alter_table("section_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opening", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("noted_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("noted_at", grants.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("noted_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_section_answers_noted_by_id_person"), "person", ["noted_by_id"], ["id"]
        )

    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_constraint(op.f("ck_application_origin"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_application_origin"), "origin IN ('online', 'imported', 'demo', 'assisted')"
        )
    with op.batch_alter_table("partner") as batch_op:
        batch_op.drop_constraint(op.f("ck_partner_answer_dated"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_partner_answer_dated"),
            "(consent IN ('given', 'declined', 'correction')) = (answered_at IS NOT NULL)",
        )
        batch_op.drop_constraint(op.f("ck_partner_consent"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_partner_consent"), "consent IN ('not_asked', 'asked', 'given', 'declined', 'correction')"
        )


def downgrade() -> None:
    """Take them away again. A row that holds a new value stops it."""
    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_constraint(op.f("ck_application_origin"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_application_origin"), "origin IN ('online', 'imported', 'demo')"
        )
    with op.batch_alter_table("partner") as batch_op:
        batch_op.drop_constraint(op.f("ck_partner_answer_dated"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_partner_answer_dated"), "(consent IN ('given', 'declined')) = (answered_at IS NOT NULL)"
        )
        batch_op.drop_constraint(op.f("ck_partner_consent"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_partner_consent"), "consent IN ('not_asked', 'asked', 'given', 'declined')"
        )
        batch_op.drop_constraint(op.f("ck_partner_standing"), type_="check")
    with op.batch_alter_table("section_answers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_section_answers_noted_by_id_person"), type_="foreignkey")
        batch_op.drop_column("noted_by_id")
        batch_op.drop_column("noted_at")
        batch_op.drop_column("noted_version")
        batch_op.drop_column("opening")

    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_partner_organisation_id_organisation"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_partner_change_id_partner_change"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_partner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_partner_change_id"))
        batch_op.drop_column("change_id")
        batch_op.drop_column("standing")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("reminders")
        batch_op.drop_column("link_seed")
        batch_op.drop_column("organisation_id")
        batch_op.drop_column("leads")

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_extension_refused_by_id_person"), type_="foreignkey")
        batch_op.drop_column("version")
        batch_op.drop_column("told_at")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("refused_reason")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("refused_by_id")
        batch_op.drop_column("previous_closes_at")

    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_message_application_id_id")

    op.drop_table("thread_message")
    op.drop_table("thread_mark")
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_change_request_open",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.drop_index("ix_change_request_state_due_at")
        batch_op.drop_index(batch_op.f("ix_change_request_application_id"))

    op.drop_table("change_request")
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_waiting_since")
        batch_op.drop_index(batch_op.f("ix_thread_last_at"))

    op.drop_table("thread")
    with op.batch_alter_table("signature_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_request_application_id"))

    op.drop_table("signature_request")
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_set_aside_application_id"))

    op.drop_table("set_aside")
    with op.batch_alter_table("partner_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_letter_application_id"))
        batch_op.drop_index("ix_partner_letter_address_digest_sent_at")

    op.drop_table("partner_letter")
    with op.batch_alter_table("partner_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_change_application_id"))

    op.drop_table("partner_change")
    op.drop_table("page_visit")
    op.drop_table("closing_reminder")
    with op.batch_alter_table("bid_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_document_application_id"))

    op.drop_table("bid_document")
    op.drop_table("assistance")
    op.drop_table("postcode")
    op.drop_table("organisation_profile")
    with op.batch_alter_table("kept_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_words_person_id"))
        batch_op.drop_index(batch_op.f("ix_kept_words_kept_at"))

    op.drop_table("kept_words")
    op.drop_table("equality_count")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_uploaded_by_id"))
        batch_op.drop_index("ix_document_scan_next_scan_at")

    op.drop_table("document")
    with op.batch_alter_table("deletion_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deletion_request_waiting",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.drop_table("deletion_request")
    op.drop_table("area")
    op.drop_table("removal")
    op.drop_table("postcode_file")
