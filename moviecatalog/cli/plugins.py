"""`moviecatalog plugins`: what is installed, and what is chosen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from moviecatalog.cli.application import app_settings
from moviecatalog.plugins.installed import Installed, installed
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader
from moviecatalog.settings.readings import Reading


@click.command()
@click.argument("ini", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plugins(ini: Path | None, *, as_json: bool) -> None:
    """List the plugins that are installed, with their settings.

    With INI, which of them it chooses, and where each setting's value comes from. Secrets are never shown.
    """
    reader = SettingsReader(app_settings(ini) if ini else {}, os.environ)
    chosen = CoreSettings.read(reader).plugins
    told = [_told(it, it.name in (getattr(chosen, it.kind.name) or ()) if ini else None, reader) for it in installed()]
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        for plugin in told:
            click.echo("\n".join(_lines(plugin)))


def _told(found: Installed, is_chosen: bool | None, reader: SettingsReader) -> dict[str, Any]:
    return {
        "kind": found.kind.name,
        "name": found.name,
        "package": found.package,
        "version": found.version,
        "contract": found.plugin.contract_version if found.plugin else None,
        "fits": found.fits,
        "selected": is_chosen,
        "problem": found.problem,
        "settings": [_setting(it) for it in _readings(found, reader)],
    }


def _readings(found: Installed, reader: SettingsReader) -> list[Reading]:
    if found.plugin is None:
        return []
    before = len(reader.readings)
    reader.read(found.plugin.Settings, f"{found.kind.setting}.{found.name}")
    return reader.readings[before:]


def _setting(reading: Reading) -> dict[str, Any]:
    return {"name": reading.name, "value": reading.shown, "from": str(reading.origin), "meaning": reading.doc}


def _lines(plugin: dict[str, Any]) -> Iterator[str]:
    contract = f", contract {plugin['contract']}" if plugin["contract"] is not None else ""
    unfit = "" if plugin["fits"] or plugin["problem"] else ", which is not this version's"
    mark = " (selected)" if plugin["selected"] else ""
    yield f"{plugin['kind']} {plugin['name']}{mark}: {plugin['package']} {plugin['version']}{contract}{unfit}"
    if plugin["problem"]:
        yield f"    {plugin['problem']}"
    for setting in plugin["settings"]:
        source = "" if setting["value"] == "required" else f"  # {setting['from']}"
        yield f"    {setting['name']} = {setting['value']}{source}"
