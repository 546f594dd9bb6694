from __future__ import annotations

import pytest
from sqlalchemy import event, make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def storage(path):
    storage = SqlStorage(make_url(f"sqlite:///{path}"), lock_patience=0.2)
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def statements(storage):
    """What was sent since the list was last cleared, BEGIN and savepoints aside."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(storage._engine, "before_cursor_execute", note)
    return sent
