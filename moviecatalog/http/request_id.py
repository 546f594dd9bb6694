"""The id that a request has in its answer and in every line of the log."""

from __future__ import annotations

import random
import re
from contextvars import ContextVar

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)
"""That of the request which this thread is working on; None in between."""


def request_id_for(sent: str | None) -> str:
    """The client's own if it is sane, else a new one."""
    # Not of the system's random numbers, which nobody has to guess here, and which take ten times as long to get.
    return sent if sent and _SANE.fullmatch(sent) else f"{random.getrandbits(128):032x}"  # nosec B311
