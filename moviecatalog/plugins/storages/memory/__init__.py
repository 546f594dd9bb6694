"""Storage in the process's own memory, for tests and demonstrations: nothing outlives the process.

moviecatalog.storage = memory
"""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins.storages.memory.storage import MemoryStorage


def includeme(config: Configurator) -> None:
    config.add_storage("memory", MemoryStorage.from_settings)
