"""Events counted in fixed windows of time."""

from __future__ import annotations

from typing import NamedTuple


class Count(NamedTuple):
    """How many events a window has seen, and when it ends, in Unix seconds."""

    value: int
    ends: float
