"""A look at all parts of an installation. Nothing is changed, and nothing that hangs is waited for."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyramid.config import Configurator

from moviecatalog.diagnosis import files, proxies, secrets
from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding
from moviecatalog.plugins import loader
from moviecatalog.plugins.base import Plugin
from moviecatalog.settings.reader import SettingsError

if TYPE_CHECKING:
    from moviecatalog.redis_url import RedisUrl

PATIENCE = 10.0
"""In seconds, for each part."""


@dataclass(frozen=True, slots=True)
class Part:
    """What findings are about, by the name of its setting."""

    name: str
    look: Callable[[], Iterable[Finding]]


def diagnose(config: Configurator, ini: Path) -> Iterator[tuple[str, Finding]]:
    """Findings with the names of their parts. `config` has read the core's settings, and has the plugins' directives.

    What can be looked at is looked at, also where some settings are wrong.
    """
    prepared = loader.prepare(config)
    registry = config.registry
    try:
        registry.settings_reader.finish()
    except SettingsError as error:
        for problem in error.problems:
            yield problem.setting, findings.problem(problem.message)
    else:
        yield "settings", findings.ok("all are known and can be read")
    parts = [Part(f"{it.kind.setting} = {it.name}", partial(_diagnose_plugin, it)) for it in prepared]
    core = registry.core_settings
    if core.rate_limits.store:
        parts.append(Part("moviecatalog.ratelimit.store", partial(_diagnose_store, core.rate_limits.store)))
    parts += [
        Part("moviecatalog.auth.secret", partial(secrets.diagnose, core.auth.secret)),
        Part("files", partial(files.diagnose, registry.settings_reader.readings, ini)),
        Part("moviecatalog.trusted_proxies", partial(proxies.diagnose, core.http)),
    ]
    for part in parts:
        for finding in _in_time(part.look):
            yield part.name, finding


def _diagnose_plugin(prepared: loader.Prepared) -> Iterator[Finding]:
    try:
        plugin: Plugin = prepared.build()
    except SettingsError as error:
        yield from (findings.problem(problem.message) for problem in error.problems)
        return
    with closing(plugin):
        yield from plugin.diagnose()


def _diagnose_store(url: RedisUrl) -> Iterator[Finding]:
    # Only where it is chosen: everything else works without the package.
    from moviecatalog.redis_diagnosis import diagnose as diagnose_redis  # noqa: PLC0415
    from moviecatalog.redis_server import RedisServer  # noqa: PLC0415

    with closing(RedisServer(url)) as server:
        yield from diagnose_redis(server)


def _in_time(look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """One by one, as they come; of a look that hangs, a finding that says so."""
    found: queue.SimpleQueue[Finding | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            for finding in look():
                found.put(finding)
        except Exception as error:  # noqa: BLE001  # a plugin of anybody's must not end the others' turn
            # Not its text, which may hold anything.
            found.put(findings.problem(f"the look at it failed ({type(error).__name__})", "tell its author"))
        finally:
            found.put(None)

    # A daemon: the process ends without it, where it hangs.
    threading.Thread(target=run, daemon=True).start()
    try:
        while (finding := found.get(timeout=PATIENCE)) is not None:
            yield finding
    except queue.Empty:
        yield findings.problem(f"no answer within {PATIENCE:g} seconds", "see what it hangs on")
