"""What is done once, before the first request."""

from __future__ import annotations

from functools import partial

from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.services.intake import Intake
from moviecatalog.services.patience import patiently


def take_in_patiently(intake: Intake, name: str, source: MovieSource) -> None:
    """Store the whole catalogue of the source plugged in as `name`, however long others take who store it too.

    Of several processes that start together one stores it, which may take minutes, and the others find it stored:
    no request's patience is enough for that. Raises StorageUnavailable where the storage fails otherwise.
    """
    patiently(partial(intake.take_in_catalogue, name, source), f"to store the films of {name}")
