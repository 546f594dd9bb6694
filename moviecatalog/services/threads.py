"""Threads for what a request doesn't wait for, or waits for several of."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads(ThreadPoolExecutor):
    """So many threads at most, made when they are needed.

    What is submitted sees the submitter's context, so that its log lines bear the request's id. A process
    that was forked off makes threads of its own: those of its parent it has in name only.
    """

    def __init__(self, count: int, name: str) -> None:
        self._made_by = (count, name)
        self._process = os.getpid()
        self._process_lock = threading.Lock()
        super().__init__(count, name)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self._process != os.getpid():
            with self._process_lock:
                if self._process != os.getpid():
                    super().__init__(*self._made_by)
                    self._process = os.getpid()
        return super().submit(partial(copy_context().run, fn, *args, **kwargs))
