"""Alembic runs this for every command; the connection comes from `migrate`, in a transaction already."""

from __future__ import annotations

from alembic import context

from moviecatalog.plugins.storages.sqlalchemy.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)

with context.begin_transaction():
    context.run_migrations()
