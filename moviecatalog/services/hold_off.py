"""Leaves a server alone for a while after it failed, so that not every request finds out anew."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor

log = logging.getLogger(__name__)

HOLD_OFF_SECONDS = 5.0


class HoldOff:
    """One for each server, for all who use it. Goes on until a look at the server finds it well again.

    The look is taken by `aside`, not by a caller: a server that hangs costs the one request that
    noticed, and no later one.
    """

    def __init__(self, server: str, aside: Executor) -> None:
        self._server = server
        self._aside = aside
        self._looks: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._is_on = False
        self._is_looking = False
        self._next_look = 0.0

    def looks_by(self, look: Callable[[], None]) -> None:
        """`look` raises where the server doesn't work; all of them must pass before it is used again."""
        self._looks.append(look)

    def is_on(self) -> bool:
        """Whether to do without the server for now."""
        if self._is_on and time.monotonic() >= self._next_look:
            self._look_aside()
        return self._is_on

    def begin(self, error: Exception) -> None:
        """The server failed somebody."""
        with self._lock:
            was_on, self._is_on = self._is_on, True
            self._next_look = time.monotonic() + HOLD_OFF_SECONDS
        if not was_on:
            log.warning("%s fails (%s): doing without it until it is back", self._server, type(error).__name__)

    def _look_aside(self) -> None:
        with self._lock:
            if self._is_looking:
                return
            self._is_looking = True
        try:
            self._aside.submit(self._look)
        except RuntimeError:
            # The executor is shut down: the process is about to end.
            return

    def _look(self) -> None:
        try:
            for look in self._looks:
                look()
        except Exception as error:  # noqa: BLE001  # anybody's cache may raise anything
            self.begin(error)
        else:
            self._is_on = False
            log.info("%s is back", self._server)
        finally:
            self._is_looking = False


class HoldOffs:
    """One for each server: what several parts of an application find out about it, each knows at once."""

    def __init__(self, aside: Executor) -> None:
        self._aside = aside
        self._by_server: dict[str, HoldOff] = {}

    def of(self, server: str) -> HoldOff:
        return self._by_server.setdefault(server, HoldOff(server, self._aside))
