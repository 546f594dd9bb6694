"""The schema's history, run by Alembic."""

from __future__ import annotations

import enum
import threading

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect

SCRIPTS = "moviecatalog.plugins.storages.sqlalchemy:migrations"

# Alembic's `op` and `context` belong to the process, not to a migration: two storages that are migrated by
# two threads would otherwise write into each other's databases.
_alembic = threading.Lock()


class SchemaState(enum.Enum):
    OLDER = enum.auto()
    CURRENT = enum.auto()
    NEWER = enum.auto()


def schema_state(connection: Connection) -> SchemaState:
    """How the database's schema relates to this version's; one that isn't there is older."""
    scripts = ScriptDirectory.from_config(_config())
    found = MigrationContext.configure(connection).get_current_revision()
    if found == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OLDER if found is None or found in known else SchemaState.NEWER


def upgrade(connection: Connection, dialect: SqlDialect) -> None:
    """Run what is missing, in the connection's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["dialect"] = dialect
    with _alembic:
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config
