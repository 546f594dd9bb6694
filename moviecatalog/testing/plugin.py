"""The pytest plugin, which is there wherever moviecatalog is installed beside pytest.

It explains the kit's failing asserts, and gives the fixture `make_api`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from moviecatalog.testing.client import ApiClient

pytest.register_assert_rewrite(
    "moviecatalog.testing.caches",
    "moviecatalog.testing.gauges",
    "moviecatalog.testing.sources",
    "moviecatalog.testing.storage",
)


@pytest.fixture
def make_api() -> Iterator[Callable[[Mapping[str, str] | None], ApiClient]]:
    """A function that makes the API, as an ini file with these lines would, and a client to call it by.

    Films that ship, storage in memory and no limits, unless the lines say otherwise. All is closed after the test.
    """
    # Only where it is used: pytest loads this plugin for tests that have nothing to do with it, too.
    from moviecatalog.testing.application import close_app, make_app  # noqa: PLC0415
    from moviecatalog.testing.client import ApiClient  # noqa: PLC0415

    with ExitStack() as made:

        def make(settings: Mapping[str, str] | None = None) -> ApiClient:
            app = make_app(settings)
            made.callback(close_app, app)
            return ApiClient(app)

        yield make
