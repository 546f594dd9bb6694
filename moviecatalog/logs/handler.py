"""Writes lines aside: to make and write one takes longer than many an answer, and who waits for that is a user."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.util import Finalize

from moviecatalog.http.request_id import current_request_id

PERIOD = 0.02
"""In seconds: so late may a line be that is less than a warning. A process that is killed loses such."""

MOST = 10_000
"""Lines that wait. Where they come faster than they can be written, whoever brings one more writes them himself."""


class LineHandler(logging.StreamHandler):  # type: ignore[type-arg]  # it takes none before Python 3.12
    """To standard error, in the order in which they came; all that have come in a period are written at once.

    A warning, or worse, is written before its caller goes on. Each process has a thread for the rest, from its first
    line on, since none outlives a fork.
    """

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._waiting: deque[tuple[logging.LogRecord, str | None]] = deque()
        self._is_waiting = threading.Event()
        self._process = 0

    def handle(self, record: logging.LogRecord) -> bool:
        # Without the lock, which somebody holds who writes.
        is_wanted = bool(self.filter(record))
        if is_wanted:
            self.emit(record)
        return is_wanted

    def emit(self, record: logging.LogRecord) -> None:
        if self._process != os.getpid():
            self._begin()
        self._waiting.append((record, current_request_id.get()))
        if record.levelno >= logging.WARNING or len(self._waiting) > MOST:
            self.flush()
        elif not self._is_waiting.is_set():
            self._is_waiting.set()

    def _begin(self) -> None:
        with self._locked():
            if self._process == os.getpid():
                return
            # What waited when this process was forked off is the other's to write.
            self._waiting.clear()
            self._is_waiting = threading.Event()
            # A process of multiprocessing's, such as a server's worker, runs nothing else when it ends.
            Finalize(None, self.flush, exitpriority=0)
            threading.Thread(target=self._write_aside, name="log", daemon=True).start()
            self._process = os.getpid()

    def _write_aside(self) -> None:
        while True:
            self._is_waiting.wait()
            time.sleep(PERIOD)
            self._is_waiting.clear()
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        with self._locked():
            try:
                if text := "".join(self._lines()):
                    self.stream.write(text)
                self.stream.flush()
            except (OSError, ValueError):
                # Its disk is full, nobody reads it any more, or it is closed: there is nowhere to say so.
                return

    def _lines(self) -> Iterator[str]:
        token = current_request_id.set(None)
        try:
            while self._waiting:
                record, request_id = self._waiting.popleft()
                current_request_id.set(request_id)
                yield self._line(record)
        finally:
            current_request_id.reset(token)

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return f"{self.format(record)}\n"
        except Exception:  # noqa: BLE001  # whatever was logged
            self.handleError(record)
            return ""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The handler's own lock, which `logging` makes anew in a process that is forked off.
        self.acquire()
        try:
            yield
        finally:
            self.release()
