"""What becomes of open connections when a server forks its workers after the application was made.

SQLite's must not even be closed by a process that didn't open them, and on one to a server two processes would
talk at once.
"""

from __future__ import annotations

import os
from weakref import WeakSet

from sqlalchemy import Engine

_engines: WeakSet[Engine] = WeakSet()


def keep_out_of_forks(engine: Engine) -> None:
    """See to it that no process forked off this one inherits a connection of the engine's, or its pool's locks."""
    _engines.add(engine)


def _close_what_is_idle() -> None:
    for engine in list(_engines):
        engine.dispose()


def _begin_anew() -> None:
    # Not closed: what was in use at the fork is in use by a thread of the parent.
    for engine in list(_engines):
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_what_is_idle, after_in_child=_begin_anew)
