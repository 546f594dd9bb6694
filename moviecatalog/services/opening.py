"""What must have been done before anybody is served: once at the start, or else as soon as the storage is there."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.settings.reader import SettingsError

log = logging.getLogger(__name__)

PAUSE = 0.2
"""In seconds, between two tries."""

PATIENCE = 1.0
"""In seconds, for a request that comes while a try is under way: often it is the one that succeeds."""


class Opening:
    """`prepare` raises StorageUnavailable where it may well succeed later, SettingsError where somebody must help.

    After the start both only keep clients waiting: others of them may be served by processes that run.
    """

    def __init__(self, prepare: Callable[[], None], aside: Executor) -> None:
        self._prepare = prepare
        self._aside = aside
        self._is_open = False
        self._reason = ""
        self._lock = threading.Lock()
        self._under_way: Future[None] | None = None
        self._ended = 0.0

    def begin(self) -> None:
        """The first try. Raises SettingsError; a storage that is away is waited for."""
        try:
            self._prepare()
        except StorageUnavailable as error:
            self._note(error)
        else:
            self._is_open = True

    @property
    def is_done(self) -> bool:
        return self._is_open

    def require(self) -> None:
        """Raises StorageUnavailable until a try has succeeded, and sees to it that there are further ones."""
        if self._is_open:
            return
        under_way = self._another()
        if under_way:
            with suppress(NotYet):
                under_way.result(PATIENCE)
        if not self._is_open:
            raise StorageUnavailable(self._reason)

    def _another(self) -> Future[None] | None:
        """The try that is under way, if any is or may begin now."""
        with self._lock:
            if self._under_way and not self._under_way.done():
                return self._under_way
            if time.monotonic() - self._ended < PAUSE:
                return None
            self._under_way = self._aside.submit(self._try)
            return self._under_way

    def _try(self) -> None:
        try:
            self._prepare()
        except (StorageUnavailable, SettingsError) as error:
            self._note(error)
        else:
            self._is_open = True
            log.info("the storage is there: requests are answered")
        finally:
            self._ended = time.monotonic()

    def _note(self, error: Exception) -> None:
        """One line, however often it is tried."""
        reason = str(error)
        if reason != self._reason:
            log.warning("nobody is served yet: %s", reason)
        self._reason = reason
