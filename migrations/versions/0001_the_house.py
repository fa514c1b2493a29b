"""The house."""

from alembic import op
from procrastinate.schema import SchemaManager

from zhidu.kernel.db import Model

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    Model.metadata.create_all(op.get_bind())
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def downgrade() -> None:
    """Back."""
    Model.metadata.drop_all(op.get_bind())
