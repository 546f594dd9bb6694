"""granian: several processes, each with threads of its own, for production.

Chosen by measurement, and against its peers: it answers three times as many requests as waitress; unlike gunicorn's
threads it isn't brought to a halt by requests that are half sent; and it lets requests in flight come to their end.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import click

from moviecatalog import close
from moviecatalog.cli.addresses import unlistenable
from moviecatalog.cli.application import application, build
from moviecatalog.cli.failures import explanation
from moviecatalog.cli.granian_settings import ServerSettings, server_settings
from moviecatalog.http.guard import Guard
from moviecatalog.logs.formatters import FORMATTERS
from moviecatalog.metrics.sharing import VARIABLE

log = logging.getLogger(__name__)


def serve(ini: Path, lines: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP replaces the processes one by one, which read INI again, if it can be used.

    Raises click.ClickException where the lines or the address won't do, SettingsError where the settings won't.
    """
    settings = server_settings(lines)
    with _shared_figures():
        # Built once before: what is wrong is told once, not by each process, and what the source has is in storage.
        with application(ini) as app:
            log_format = app.registry.core_settings.log.format
        _run(ini, settings, log_format)


@contextmanager
def _shared_figures() -> Iterator[None]:
    """A directory in which the processes add up what they tell Prometheus, unless the environment names one."""
    if VARIABLE in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="moviecatalog-metrics-") as directory:
        os.environ[VARIABLE] = directory
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def run(app: Guard, global_conf: Mapping[str, str], **lines: str) -> None:
    """The same for `pserve`, as PasteDeploy's `server_runner`."""
    settings = server_settings(lines)
    log_format = app.registry.core_settings.log.format
    if app.registry.core_settings.http.metrics and VARIABLE not in os.environ:
        # Too late now: the application has been made.
        log.warning("each process tells Prometheus its own figures; to have them added up, set %s before", VARIABLE)
    # The processes make their own; nothing that this one holds open is to be inherited.
    close(app)
    _run(Path(global_conf["__file__"]), settings, log_format)


def _run(ini: Path, settings: ServerSettings, log_format: str) -> None:
    server = _server(settings, log_format)
    _check_free(settings)
    where = f"the socket {settings.unix_socket}" if settings.unix_socket else settings.listen
    server.on_startup(partial(_check_before_reloads, ini))
    server.on_startup(partial(click.echo, f"Serving on {where}"))
    server.serve(target_loader=partial(_worker, ini), wrap_loader=False)


def _server(settings: ServerSettings, log_format: str) -> Any:
    try:
        # Only where it is chosen: everything else works without the package.
        from granian import Granian  # noqa: PLC0415
        from granian.constants import Interfaces  # noqa: PLC0415
        from granian.log import LogLevels  # noqa: PLC0415
    except ModuleNotFoundError:
        raise click.ClickException(
            "granian, the server for production, isn't installed; pip install 'moviecatalog[production]'"
        ) from None
    return Granian(
        "moviecatalog",
        address=str(settings.listen.ip),
        port=settings.listen.port,
        uds=settings.unix_socket,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        # Without it, a process that was killed would be the end of all.
        respawn_failed_workers=True,
        workers_kill_timeout=settings.grace,
        websockets=False,
        # Its warning is of more threads than cores, which is on purpose.
        log_level=LogLevels.error,
        log_dictconfig=_log_config(log_format),
    )


def _log_config(log_format: str) -> dict[str, Any]:
    """Granian's own lines, in the form that all others have."""
    return {
        "formatters": {"line": {"()": FORMATTERS[log_format]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
    }


def _check_free(settings: ServerSettings) -> None:
    """Granian's processes share a port, and so would a second server of somebody's who started it twice."""
    if settings.unix_socket:
        return
    family = socket.AF_INET6 if settings.listen.ip.version == 6 else socket.AF_INET
    where = str(settings.listen.ip), settings.listen.port
    try:
        socket.create_server(where, family=family).close()
    except OSError as error:
        raise unlistenable(f"{settings.listen.ip}:{settings.listen.port}", error) from None


def _check_before_reloads(ini: Path) -> None:
    """Have a hangup replace the processes only where INI can be served.

    New ones would else end at once, one after the other, and granian with them.
    """
    replace_processes = signal.getsignal(signal.SIGHUP)

    def hangup(number: int, frame: FrameType | None) -> None:
        try:
            with application(ini):
                pass
        except Exception as error:
            why = error.message if isinstance(error, click.ClickException) else explanation(error)
            log.error("the processes go on with the settings they have: %s", why, exc_info=why is None)  # noqa: TRY400
        else:
            if callable(replace_processes):
                replace_processes(number, frame)

    signal.signal(signal.SIGHUP, hangup)


def _worker(ini: Path) -> Guard:
    """The application of one process, which is closed at its end."""
    # Until granian sets its own: what a forked process inherits would let an order to stop pass unheard.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    try:
        app = build(ini)
    except Exception as error:
        message = explanation(error)
        if message is None:
            raise
        # It was fine a moment ago. What can't be read by now, or reached, is for the operator.
        log.error(message)  # noqa: TRY400  # a traceback would tell nothing more
        sys.exit(1)
    Finalize(None, close, args=(app,), exitpriority=1)
    return app
