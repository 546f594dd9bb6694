from __future__ import annotations

import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from tests.engines.statements import noted


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
    with noted(storage) as sent:
        yield sent
