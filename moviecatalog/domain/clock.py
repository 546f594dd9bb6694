"""The time, aware and in UTC; as the catalogue writes it, in whole seconds."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    return exact_now().replace(microsecond=0)


def exact_now() -> dt.datetime:
    """To the microsecond."""
    return dt.datetime.now(dt.UTC)
