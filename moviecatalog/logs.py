"""Log lines, as text or as JSON, each with the id of the request that it belongs to."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import orjson
from pyramid.config import Configurator

from moviecatalog.http.request_id import current_request_id

ROOT = "moviecatalog"


class TextFormatter(logging.Formatter):
    """One line a record; a line feed in a message can't begin another. Tracebacks follow on lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_time(record)} {record.levelname} {record.name} [{current_request_id.get() or '-'}] {message}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
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
        return orjson.dumps(line, default=str).decode()


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}


def _time(record: logging.LogRecord) -> str:
    time = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def configure(log_format: str) -> None:
    """Send what the project logs to standard error, unless somebody has said already where it goes.

    Logging belongs to the process: of two applications in one, the first one's format counts.
    """
    logger = logging.getLogger(ROOT)
    if logger.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATTERS[log_format]())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def includeme(config: Configurator) -> None:
    # A value that won't do is None here; what is wrong with it is reported a little later.
    configure(config.registry.core_settings.log.format or "text")
