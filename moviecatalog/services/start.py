"""What is done once, before the first request."""

from __future__ import annotations

import logging
import time

from moviecatalog.domain.errors import StorageLocked
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.services.intake import Intake

log = logging.getLogger(__name__)

PATIENCE = 300.0
PAUSE = 0.1


def take_in_patiently(intake: Intake, name: str, source: MovieSource) -> None:
    """Store the whole catalogue of the source plugged in as `name`, however long others take who store it too.

    Of several processes that start together one stores it, which may take minutes, and the others find it stored:
    no request's patience is enough for that. Raises StorageUnavailable where the storage fails otherwise.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return intake.take_in_catalogue(name, source)
        except StorageLocked as error:
            if time.monotonic() > deadline:
                raise
            log.info("waiting to store the films of %s: %s", name, error)
            time.sleep(PAUSE)
