"""`moviecatalog check`: whether an installation will do, and what to do where it won't."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from pyramid.config import Configurator

from moviecatalog.cli import granian_settings
from moviecatalog.cli.application import INI, app_settings, server_settings
from moviecatalog.cli.serve import GRANIAN, WAITRESS
from moviecatalog.diagnosis.diagnosis import diagnose
from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding, State

COLOURS = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "red"}


@click.command()
@INI
def check(ini: Path) -> None:
    """Try all that INI names: its settings, the database, the cache, the source, clocks, secrets, files, proxies.

    A line for each, with what to do where something is wrong. Nothing is changed. Ends with exit code 1 where
    there is a problem; a warning is none.
    """
    settings = app_settings(ini)
    with Configurator(settings=settings) as config:
        config.include("moviecatalog.settings")
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.plugins.includes.find")
        config.include("moviecatalog.plugins.directives")
        found = [_show(part, finding) for part, finding in diagnose(config, ini)]
    found += [_show("[server:main]", finding) for finding in _server(server_settings(ini))]
    if State.PROBLEM in found:
        sys.exit(1)


def _show(part: str, finding: Finding) -> State:
    advice = f" -> {finding.remedy}" if finding.remedy else ""
    message = " ".join(f"{part}: {finding.message}{advice}".split())
    click.echo(f"{click.style(f'{finding.state.value:8}', fg=COLOURS[finding.state])} {message}")
    return finding.state


def _server(lines: Mapping[str, Any]) -> Iterator[Finding]:
    use = lines.get("use")
    if use == GRANIAN:
        try:
            chosen = granian_settings.server_settings({name: it for name, it in lines.items() if name != "use"})
        except click.ClickException as error:
            yield findings.problem(error.message)
            return
        where = chosen.unix_socket or chosen.listen
        yield findings.ok(f"granian at {where}, {chosen.workers} processes of {chosen.threads} threads")
    elif use in WAITRESS:
        yield findings.ok("waitress, in one process")
    else:
        yield findings.warning(
            f"`use = {use}` is not for `moviecatalog serve`", f"use pserve, or write `use = {GRANIAN}`"
        )
