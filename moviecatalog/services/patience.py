"""Waiting for others who have the storage locked, for longer than any request would."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from moviecatalog.domain.errors import StorageLocked

T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE = 300.0
PAUSE = 0.1


def patiently(work: Callable[[], T], purpose: str) -> T:
    """What `work` gives, once others are done. Raises StorageLocked where they take minutes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except StorageLocked as error:
            if time.monotonic() > deadline:
                raise
            log.info("waiting %s: %s", purpose, error)
            time.sleep(PAUSE)
