"""What was recorded of checks before.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

import grants.core.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ITEM = sa.Enum(
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
)
FINDING = sa.Enum(
    "clear",
    "concern",
    "not_needed",
    name="finding",
    native_enum=False,
    create_constraint=True,
    length=40,
)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "earlier_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("item", ITEM, nullable=False),
        sa.Column("finding", FINDING, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", grants.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_earlier_check_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_earlier_check_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_check")),
    )
    op.create_index(op.f("ix_earlier_check_application_id"), "earlier_check", ["application_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index(op.f("ix_earlier_check_application_id"), table_name="earlier_check")
    op.drop_table("earlier_check")
