"""Alembic's environment: one advisory lock, so that two starting workers do not migrate at once."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import zhidu.domains  # noqa: F401 - every table registers itself
from zhidu.kernel.db import Model


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The queue keeps its own tables; a day's events are a part of theirs."""
    return kind != "table" or name is None or not name.startswith(("procrastinate_", "analytics_event_"))


url = make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg")
engine = create_engine(url)
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SELECT pg_advisory_lock(7142026)"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        compare_type=True,
        transaction_per_migration=True,
        include_name=ours,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(7142026)"))
    connection.commit()
engine.dispose()
