"""Every storage of the project passes the kit that plugin authors get."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.memory.storage import MemoryStorage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.storage import StorageContract


class TestMemoryStorage(StorageContract):
    @pytest.fixture
    def make_storage(self):
        return MemoryStorage


class TestSqliteStorage(StorageContract):
    @pytest.fixture
    def make_storage(self, tmp_path):
        made = []

        def make():
            storage = SqlStorage(make_url(f"sqlite:///{tmp_path}/{len(made)}.sqlite"))
            made.append(storage)
            storage.migrate()
            return storage

        yield make
        for storage in made:
            storage.close()


class TestPostgresqlStorage(StorageContract):
    @pytest.fixture
    def make_storage(self, postgresql):
        made = []

        def make():
            storage = SqlStorage(make_url(postgresql.new_database()))
            made.append(storage)
            storage.migrate()
            return storage

        yield make
        for storage in made:
            storage.close()
