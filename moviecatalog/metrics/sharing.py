"""The directory by which the processes of one machine add up their figures."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from moviecatalog.settings.reader import Problem, SettingsError

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def metrics_directory(environ: Mapping[str, str]) -> Path | None:
    """The directory that the environment names; None where each process shows its own figures.

    prometheus_client looks for the variable once, when it is first imported: this must come before.
    Raises SettingsError where the directory can't be used.
    """
    from prometheus_client import values  # noqa: PLC0415  # only where metrics are on

    is_shared = values.ValueClass is not values.MutexValue
    named = environ.get(VARIABLE)
    if bool(named) != is_shared:
        raise _problem("must be set before prometheus_client is imported, and stay as it is: set it before the start")
    if not named:
        return None
    if not (Path(named).is_dir() and os.access(named, os.W_OK | os.X_OK)):
        raise _problem(f"names {named!r}, which is no directory that can be written to: make it before the start")
    return Path(named)


def _problem(what: str) -> SettingsError:
    return SettingsError([Problem(VARIABLE, what)])


def readable_files(directory: Path) -> list[str]:
    """The files with figures. One that another process is just beginning is empty, which nothing could read."""
    return [str(path) for path in directory.glob("*.db") if _size(path)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def dead_processes(directory: Path) -> Iterable[int]:
    """Those that left gauges behind. Their counters are for keeping: a sum must never go down."""
    if os.name != "posix":
        # Elsewhere `os.kill` would end it: who starts processes there calls `mark_process_dead` of prometheus_client.
        return
    for pid in {path.stem.rpartition("_")[2] for path in directory.glob("gauge_live*.db")}:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            yield int(pid)
        except (PermissionError, ValueError):
            # Another user's, or no file of ours.
            continue
