"""Request bodies, read whole and once, up to a size."""

from __future__ import annotations

import io
from typing import Any


class BodyTooLarge(Exception):
    """More bytes than allowed were announced or sent."""


class BrokenBody(Exception):
    """The body did not come as announced; the message says how."""


def read_body(environ: dict[str, Any], max_bytes: int) -> None:
    """Replace `wsgi.input` by the whole body in memory, with its length.

    What is announced as too large is refused unread. A body without a length (chunked) is read to its end
    where the server marks one, and to one byte past the limit at most. Raises BodyTooLarge, BrokenBody.
    """
    announced = _content_length(environ.get("CONTENT_LENGTH"))
    if announced is not None and announced > max_bytes:
        raise BodyTooLarge
    body = b""
    if announced:
        body = _read(environ, announced)
        if len(body) < announced:
            raise BrokenBody("The body is shorter than its Content-Length.")
    elif announced is None and environ.get("wsgi.input_terminated"):
        body = _read(environ, max_bytes + 1)
        if len(body) > max_bytes:
            raise BodyTooLarge
    environ["wsgi.input"] = io.BytesIO(body)
    environ["wsgi.input_terminated"] = True
    # WebOb would else copy it once more, larger ones into a temporary file.
    environ["webob.is_body_seekable"] = True
    environ["CONTENT_LENGTH"] = str(len(body))


def _content_length(text: str | None) -> int | None:
    if not text:
        return None
    # More digits than any body could have; `int` itself refuses thousands of them.
    if not (text.isascii() and text.isdigit()) or len(text) > 100:
        raise BrokenBody("Content-Length is no number.")
    return int(text)


def _read(environ: dict[str, Any], size: int) -> bytes:
    parts = []
    try:
        while size > 0 and (part := environ["wsgi.input"].read(size)):
            parts.append(part)
            size -= len(part)
    except Exception as error:
        # Each server has errors of its own for a client that went away or chunks that are none, and WSGI names
        # none of them: gunicorn's InvalidChunkSize is a bare Exception.
        raise BrokenBody("The body could not be read to its end.") from error
    return b"".join(parts)
