"""granian: several processes, each with threads of its own, for production.

Chosen by measurement, and against its peers: it answers three times as many requests as waitress; unlike gunicorn's
threads it isn't brought to a halt by requests that are half sent; and it lets requests in flight come to their end.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from moviecatalog import close
from moviecatalog.cli.addresses import unlistenable, url
from moviecatalog.cli.application import application, build
from moviecatalog.cli.failures import explanation
from moviecatalog.http.guard import Guard
from moviecatalog.logs import FORMATTERS
from moviecatalog.metrics.sharing import VARIABLE
from moviecatalog.settings import parsers
from moviecatalog.settings.reader import suggestion

log = logging.getLogger(__name__)

IPV6_BRACKETS = "[]"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int

    def __str__(self) -> str:
        return url(self.ip, self.port)


def tcp_address(value: str) -> TcpAddress:
    """One host, by name or address, and a port."""
    host, _, port = value.rpartition(":")
    if len(value.split()) != 1 or not host or not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise ValueError("it must be one host and port, such as 127.0.0.1:8000 or [::1]:8000")
    try:
        found = socket.getaddrinfo(host.strip(IPV6_BRACKETS), int(port), type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"the host {host!r} is not known here") from None
    # IPv4 first: a machine without IPv6 may still know `localhost` as ::1, too.
    return min((TcpAddress(ipaddress.ip_address(it[4][0]), int(port)) for it in found), key=lambda it: it.ip.version)


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """The lines of [server:main], as text to values. `grace` is in seconds."""

    listen: TcpAddress
    unix_socket: Path | None
    workers: int
    threads: int
    grace: int


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "listen": tcp_address,
    "unix_socket": lambda value: Path(parsers.text(value)),
    "workers": parsers.integer(1, 256),
    "threads": parsers.integer(1, 1_024),
    "grace": parsers.integer(1, 3_600),
}

DEFAULTS = {
    "listen": "127.0.0.1:8000",
    "workers": str(os.cpu_count() or 1),
    # More than work at once: a client that sends its body slowly keeps a thread waiting.
    "threads": "32",
    "grace": "10",
}


def server_settings(lines: Mapping[str, str]) -> ServerSettings:
    """Raises click.ClickException, with what would be right."""
    values = {field.name: None for field in fields(ServerSettings)}
    for name, text in (DEFAULTS | _one_address(lines)).items():
        if name not in PARSERS:
            raise _unusable(f"there is no line {name!r}{suggestion(name, PARSERS)}")
        try:
            values[name] = PARSERS[name](text)
        except ValueError as error:
            raise _unusable(f"{name} = {text} won't do: {error}") from None
    return ServerSettings(**values)  # type: ignore[arg-type]  # each by its own parser


def _one_address(lines: Mapping[str, str]) -> dict[str, str]:
    """`host` and `port`, which waitress has beside `listen`, as that one line."""
    named = dict(lines)
    if "host" in named or "port" in named:
        named["listen"] = f"{named.pop('host', '127.0.0.1')}:{named.pop('port', '8000')}"
    return named


def _unusable(why: str) -> click.ClickException:
    return click.ClickException(f"[server:main] can't be used: {why}")


def serve(ini: Path, lines: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP replaces the processes one by one, which read INI again.

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
