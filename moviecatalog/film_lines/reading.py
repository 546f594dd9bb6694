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
        self.position = Position()
        self._file = file
        is_compressed = file.peek(len(GZIP)).startswith(GZIP)
        self._lines = gzip.GzipFile(fileobj=file) if is_compressed else file

    @property
    def bytes_read(self) -> int:
        """Of its `size`, where it has one."""
        return self.position.offset if self.size is None else self._file.tell()

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
            self.position = position

    def __iter__(self) -> Iterator[bytes]:
        offset, number = self.position.offset, self.position.line
        try:
            while line := self._lines.readline(MAX_LINE + 1):
                offset += len(line)
                rest = line
                while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
                    rest = self._lines.readline(MAX_LINE + 1)
                    offset += len(rest)
                number += 1
                self.position = Position(offset, number)
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Unreadable(f"the compressed data is cut off, or damaged, after line {number}") from None
        except OSError as error:
            raise Unreadable(f"it can't be read on after line {number} ({error.strerror})") from None


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
