"""Who may read the files that hold secrets."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding
from moviecatalog.settings.readings import Reading


def diagnose(readings: Iterable[Reading], ini: Path) -> Iterator[Finding]:
    """Of each file that a `_FILE` variable names, and of the ini file where secrets stand in it."""
    open_to_all = False
    for path, what in _secret_files(readings, ini):
        if path.exists() and path.stat().st_mode & stat.S_IROTH:
            open_to_all = True
            yield findings.warning(
                f"anybody on this machine can read {path}, which holds {what}", f"chmod o-rwx {path}"
            )
    if not open_to_all:
        yield findings.ok("no secret stands in a file that anybody on this machine can read")


def _secret_files(readings: Iterable[Reading], ini: Path) -> Iterator[tuple[Path, str]]:
    for reading in readings:
        if reading.holds_secret and reading.origin.file:
            yield Path(reading.origin.file), reading.name
        elif reading.holds_secret and reading.origin.kind == "ini":
            yield ini, reading.name
