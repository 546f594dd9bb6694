"""Files of lines, compressed by gzip or not, that can be left and gone on with later."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moviecatalog.film_lines.fields import MAX_LINE

GZIP = b"\x1f\x8b"

STANDARD_INPUT = Path("-")


class Unreadable(Exception):
    """The file can't be read, or not to its end; the message says why, and after which line."""


@dataclass(frozen=True, slots=True)
class Position:
    """`offset` is in bytes, as they are without the compression."""

    offset: int = 0
    line: int = 0


class LineFile:
    """Its lines, each given once, from `position` on. Reading them raises Unreadable.

    Of a line that is too long, such as a file without any line ends is, no more is kept than shows that it is.

    `size` is in bytes, as it lies on the disk; None for what can be read but once, such as a pipe.
    """

    def __init__(self, file: io.BufferedReader, size: int | None) -> None:
        self.size = size
        self._file = file
        self._offset = 0
        self._number = 0
        is_compressed = file.peek(len(GZIP)).startswith(GZIP)
        self._lines = gzip.GzipFile(fileobj=file) if is_compressed else file

    @property
    def position(self) -> Position:
        """Where the line that was given last ends."""
        return Position(self._offset, self._number)

    @property
    def bytes_read(self) -> int:
        """Of its `size`, where it has one."""
        return self._offset if self.size is None else self._file.tell()

    def identity(self) -> str | None:
        """The same for the same content, whatever the file's name. None for what can be read but once.

        To be asked for before the first line.
        """
        if self.size is None:
            return None
        digest = hashlib.file_digest(self._file, "blake2b").hexdigest()
        self._file.seek(0)
        return digest

    def go_to(self, position: Position) -> None:
        """Where the reading of the same content was left."""
        if position != self.position:
            self._lines.seek(position.offset)
            self._offset, self._number = position.offset, position.line

    def __iter__(self) -> Iterator[bytes]:
        try:
            while line := self._lines.readline(MAX_LINE + 1):
                self._offset += len(line)
                if len(line) > MAX_LINE:
                    self._pass_over_rest(line)
                self._number += 1
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Unreadable(f"the compressed data is cut off, or damaged, after line {self._number}") from None
        except OSError as error:
            raise Unreadable(f"it can't be read on after line {self._number} ({error.strerror})") from None

    def _pass_over_rest(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self._lines.readline(MAX_LINE)
            self._offset += len(line)


@contextmanager
def opened(path: Path) -> Iterator[LineFile]:
    """The file, or standard input. Raises Unreadable."""
    if path == STANDARD_INPUT:
        # Buffered once more, since not all that may stand in for it lets one peek.
        buffer: Any = sys.stdin.buffer
        standard_input = io.BufferedReader(buffer)
        try:
            yield LineFile(standard_input, size=None)
        finally:
            # Whoever opened it closes it.
            standard_input.detach()
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"it can't be opened ({error.strerror})") from None
    with file:
        yield LineFile(file, path.stat().st_size if path.is_file() else None)
