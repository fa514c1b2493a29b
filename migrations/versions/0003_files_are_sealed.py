"""7.3.2 Files lie sealed, and an import's table goes when it is needed no longer.

What was kept in the clear before, no release did: such a file cannot be opened any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("file", sa.Column("key_sealed", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    op.alter_column("file", "key_sealed", server_default=None)
    op.add_column("file", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("file", "removed_at")
    op.drop_column("file", "key_sealed")
