"""Log lines, as text or as JSON, each with the id of the request that it belongs to."""

from __future__ import annotations

import datetime as dt
import json
import logging
from functools import lru_cache
from typing import Any

import orjson

from moviecatalog.http.request_id import current_request_id

# Whatever ends a line somewhere, or orders a terminal about.
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class TextFormatter(logging.Formatter):
    """One line a record; a line feed in a message can't begin another.

    Tracebacks follow on indented lines: an exception's message, which may quote what a client sent, can't
    pass for a record either.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = _on_one_line(record.getMessage())
        line = f"{_time(record)} {record.levelname} {record.name} [{current_request_id.get() or '-'}] {message}"
        if record.exc_info:
            traceback = self.formatException(record.exc_info).split("\n")
            line = "\n".join([line, *(f"    {_on_one_line(part)}" for part in traceback)])
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what a record has in `extra={"fields": …}` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": current_request_id.get(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except TypeError:
            # orjson takes no lone surrogate, as in the name of a file that is not UTF-8, and no integer above
            # 64 bits. No line is to be lost for what it says.
            return json.dumps(line, default=str)


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}


def _on_one_line(text: str) -> str:
    # Nearly all lines are printable as they are, and to find that out takes a tenth of the time.
    return text if text.isprintable() else text.translate(CONTROLS)


def _time(record: logging.LogRecord) -> str:
    seconds, milliseconds = divmod(int(record.created * 1000), 1000)
    return f"{_second(seconds)}.{milliseconds:03}Z"


@lru_cache(1)
def _second(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
