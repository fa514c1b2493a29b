"""4.1.1 Lead sources are found by typing, like whatever else is chosen from a long list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from zhidu.kernel.search import search_columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = "sales_lead_source"


def upgrade() -> None:
    """Forward; the sources that are there become searchable too."""
    op.add_column(TABLE, sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("search_tokens", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    table = sa.table(TABLE, sa.column("id"), sa.column("name"), sa.column("code"), sa.column("search_text"),
                     sa.column("search_tokens", postgresql.ARRAY(sa.Text())))  # fmt: skip
    connection = op.get_bind()
    for id_, name, code in connection.execute(sa.select(table.c.id, table.c.name, table.c.code)).all():
        connection.execute(sa.update(table).where(table.c.id == id_).values(**search_columns(name, code)))
    for column in ("search_text", "search_tokens"):
        op.alter_column(TABLE, column, server_default=None)
    op.create_index(
        f"ix_{TABLE}_search_tokens", TABLE, ["search_tokens"],
        postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256},
    )  # fmt: skip


def downgrade() -> None:
    """Back."""
    op.drop_index(f"ix_{TABLE}_search_tokens", TABLE)
    op.drop_column(TABLE, "search_tokens")
    op.drop_column(TABLE, "search_text")
