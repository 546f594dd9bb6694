"""What whoever writes a plugin tests it with: a suite for each kind of plugin, and the API over it.

    from moviecatalog.testing import SourceContract

    class TestMySource(SourceContract):
        @pytest.fixture
        def source(self):
            return MySource(...)

One fixture, and the whole suite runs. What the plugin doesn't claim to do is skipped, each with its reason;
with MOVIECATALOG_TEST_NO_SKIPS=1 in the environment it fails.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moviecatalog.testing.caches import CacheContract
    from moviecatalog.testing.client import ApiClient
    from moviecatalog.testing.sources import SourceContract
    from moviecatalog.testing.storage import StorageContract

__all__ = ["ApiClient", "CacheContract", "SourceContract", "StorageContract"]

_WHERE = {
    "ApiClient": "moviecatalog.testing.client",
    "CacheContract": "moviecatalog.testing.caches",
    "SourceContract": "moviecatalog.testing.sources",
    "StorageContract": "moviecatalog.testing.storage",
}


def __getattr__(name: str) -> Any:
    """Imported when asked for: not before pytest has been told to rewrite their asserts."""
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
