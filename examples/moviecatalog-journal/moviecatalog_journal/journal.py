"""A file of JSON lines that only grows: a line is a transaction, and is there whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from moviecatalog.domain.errors import StorageUnavailable


class InUse(Exception):
    """Another process has the journal open."""


class Journal:
    """Open for one process. The first line is the head; one that was torn by a crash is cut off."""

    def __init__(self, path: Path, head: Any = None) -> None:
        """Raises FileNotFoundError where there is none and no `head` to begin one with; InUse."""
        if head is None and not path.exists():
            raise FileNotFoundError(path)
        self._file = path.open("ab+", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise InUse from None
        self._cut()
        if not self.size:
            self.append(head)
            _sync_folder(path.parent)

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._file.fileno()).st_size

    def __iter__(self) -> Iterator[Any]:
        self._file.seek(0)
        yield from map(orjson.loads, self._file)

    def append(self, line: Any) -> None:
        """It is on the disk afterwards. Raises StorageUnavailable, and leaves the file as it was."""
        size = self.size
        written = orjson.dumps(line) + b"\n"
        try:
            if self._file.write(written) != len(written):
                raise OSError("the disk is full")
            os.fsync(self._file.fileno())
        except OSError as error:
            os.ftruncate(self._file.fileno(), size)
            raise StorageUnavailable(f"the journal can't be written: {error}") from error

    def close(self) -> None:
        self._file.close()

    def _cut(self) -> None:
        """Drop what follows the last line's end: nobody was told that it is kept."""
        self._file.seek(0)
        whole = 0
        for line in self._file:
            whole += len(line) if line.endswith(b"\n") else 0
        os.ftruncate(self._file.fileno(), whole)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
