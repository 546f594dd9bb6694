"""The time, as the catalogue writes it: aware, in UTC, in whole seconds."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
