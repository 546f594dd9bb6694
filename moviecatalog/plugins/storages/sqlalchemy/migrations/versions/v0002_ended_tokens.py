"""Refresh tokens that were ended before their time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE_POINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ended_tokens",
        sa.Column("id", CODE_POINTS, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ended_tokens"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], "fk_ended_tokens_user_id_users", ondelete="CASCADE"),
    )
    for column in ("user_id", "expires_at"):
        op.create_index(f"ix_ended_tokens_{column}", "ended_tokens", [column])
