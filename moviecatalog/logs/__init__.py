"""What the project logs, on standard error."""

from __future__ import annotations

import logging

from pyramid.config import Configurator

from moviecatalog.logs.formatters import FORMATTERS
from moviecatalog.logs.handler import LineHandler

ROOTS = ("moviecatalog", "waitress")

QUIETED = {
    # Warns of each request that waits for a thread, the first one included.
    "waitress.queue": logging.ERROR,
    # They show a traceback for each connection that broke when a database went away. Whoever used it is told by an
    # error, and that has a line.
    "sqlalchemy.pool": logging.CRITICAL,
    "txn": logging.CRITICAL,
}
"""Loggers of libraries, from which level on they are heard."""


def configure(log_format: str) -> None:
    """Send what the project and its server log to standard error, unless somebody has configured their loggers.

    Somebody may: a `[logger_…]` section of the ini file, or an application around this one. The root logger's
    handlers don't count, since `pserve` always makes one. Logging belongs to the process: of two
    applications in one, the first one's format counts.
    """
    for name, level in QUIETED.items():
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(level)
    handler = LineHandler(FORMATTERS[log_format]())
    for logger in map(logging.getLogger, ROOTS):
        if logger.handlers or logger.level != logging.NOTSET:
            continue
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        # Or else the root logger's handlers would write every line once more.
        logger.propagate = False


def includeme(config: Configurator) -> None:
    # A value that won't do is None here; what is wrong with it is reported a little later.
    configure(config.registry.core_settings.log.format or "text")
