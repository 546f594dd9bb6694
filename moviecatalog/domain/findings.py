"""What a look at an installation finds, for whoever runs it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

CLOCK_TOLERANCE = dt.timedelta(seconds=5)
"""Tokens and limits are told in seconds."""


class State(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how something is, and, unless it is as it should be, what to do about it. Without secrets."""

    state: State
    message: str
    remedy: str = ""


def ok(message: str) -> Finding:
    return Finding(State.OK, message)


def warning(message: str, remedy: str) -> Finding:
    return Finding(State.WARNING, message, remedy)


def problem(message: str, remedy: str = "") -> Finding:
    """`remedy` is empty where the message holds it."""
    return Finding(State.PROBLEM, message, remedy)


def compared_clocks(server: str, theirs: dt.datetime, ours: dt.datetime) -> Finding:
    """What another machine's clock says of this one's. Both are aware."""
    apart = abs(theirs - ours)
    if apart <= CLOCK_TOLERANCE:
        return ok(f"the clock agrees with that of {server}")
    seconds = round(apart.total_seconds())
    return warning(
        f"the clock is {seconds} s {'behind' if theirs > ours else 'ahead of'} that of {server}",
        "have both machines keep time by NTP: tokens and rate limits end by the clock",
    )
