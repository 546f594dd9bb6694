"""`moviecatalog settings`: every setting there is, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from moviecatalog.plugins.installed import installed
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader, environment_name
from moviecatalog.settings.readings import Reading

HEAD = """\
# Every setting

Each can come from three places, of which the first that has it wins. For `{name}`:

1. the environment, by the name in upper case with dots as underscores, `{variable}`; or by `{variable}_FILE`, for the
   path of a file that holds the value;
2. the line of the ini file;
3. the default.

All are read at the start. What is missing, wrong or misspelt is listed, each with what would be right, and the process
doesn't start. A variable that begins with `MOVIECATALOG_` counts as misspelt where no setting has its name; exempt are
`MOVIECATALOG_TEST_…`, and what Kubernetes sets for a service of that name."""


@click.command()
def settings() -> None:
    """List every setting of the core and of the plugins that are installed, as Markdown."""
    reader = SettingsReader({}, {})
    CoreSettings.read(reader)
    for found in installed():
        if found.plugin:
            reader.read(found.plugin.Settings, f"{found.kind.setting}.{found.name}")
    click.echo("\n".join(page(reader.readings)))


def page(readings: Iterable[Reading]) -> Iterator[str]:
    """A table for each group, which is what names have in common but for their last part."""
    example = "moviecatalog.cache.ttl"
    yield HEAD.format(name=example, variable=environment_name(example))
    for group, members in groupby(sorted(readings, key=_group), key=_group):
        yield f"\n## {group}\n\n| setting | default | meaning |\n| --- | --- | --- |"
        yield from (_row(it) for it in members)


def _group(reading: Reading) -> str:
    """`moviecatalog.source.tmdb` has one of its own, `moviecatalog.auth.argon2` belongs to `moviecatalog.auth`."""
    parts = reading.name.split(".")
    is_plugins = parts[1] in ("source", "cache", "storage") and len(parts) > 3
    return ".".join(parts[: 3 if is_plugins else min(2, len(parts) - 1)])


def _row(reading: Reading) -> str:
    return f"| `{reading.name}` | {_default(reading)} | {reading.doc} |"


def _default(reading: Reading) -> str:
    if reading.is_required:
        return "required"
    # Where a file of the package's is depends on the machine.
    return f"`{reading.shown}`" if reading.shown and not isinstance(reading.default, Path) else ""
