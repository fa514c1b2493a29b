"""4.1.1 Leads in the order in which they were written down come by an index under every scope, as other orders do."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "sales_lead"
INDEXES = {
    f"ix_{TABLE}_{'_'.join((*lead, 'created_at'))}": [*lead, "created_at", "id"]
    for lead in (("owner_id",), ("department_id",), ())
}


def upgrade() -> None:
    """Forward."""
    for name, columns in INDEXES.items():
        op.create_index(name, TABLE, columns)


def downgrade() -> None:
    """Back."""
    for name in INDEXES:
        op.drop_index(name, TABLE)
