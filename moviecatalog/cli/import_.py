"""`moviecatalog import`: films from files."""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Never

import click
from tqdm import tqdm

from moviecatalog.cli.application import INI, application
from moviecatalog.domain.errors import Unavailable
from moviecatalog.film_lines.reading import STANDARD_INPUT, Unreadable, opened
from moviecatalog.http.guard import Guard
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE
from moviecatalog.services.importing import Importing, NoFilms, Progress

NAMED_BAD_LINES = 20
"""Of each file; the others are counted."""

UNFINISHED, BAD_LINES = 1, 3
"""Exit codes. 2 is click's own, for arguments that won't do."""


@click.command("import")
@INI
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--from-start", is_flag=True, help="Begin anew with files that were imported before, whole or in part.")
def import_(ini: Path, files: Sequence[Path], *, from_start: bool) -> None:
    """Take the films of each FILE into the catalogue of INI.

    A FILE is TMDB's daily export of ids, movie_ids_MM_DD_YYYY.json.gz, or has a JSON object a line with the API's
    field names; compressed by gzip or not; - is standard input. Servers may run meanwhile. An import that was
    interrupted goes on where it was when it is given again.

    Ends with exit code 0 where every line was taken in, 3 where bad lines were left out, 1 where a file was not
    imported to its end.
    """
    # Films come by the ten thousand, and have no cycles that would be worth looking for.
    gc.set_threshold(100_000)
    with application(ini) as app, _ended_by_sigterm():
        app.registry.services.opening.require()
        importing = _importing(app)
        codes = [_imported(importing, path, from_start=from_start) for path in files]
        importing.finish()
        _see_that_servers_know(app)
    sys.exit(next((code for code in (UNFINISHED, BAD_LINES) if code in codes), 0))


def _importing(app: Guard) -> Importing:
    plugins = app.registry.plugins
    # The ids of the export are TMDB's, so that it is for the sources of those to say.
    includes_adult = any(it.includes_adult for it in plugins.sources.values() if it.namespace == TMDB_NAMESPACE)
    return Importing(plugins.storage, app.registry.services.answers.invalidate, includes_adult=includes_adult)


def _imported(importing: Importing, path: Path, *, from_start: bool) -> int:
    """Import one file, and tell its figures whatever happens; the exit code."""
    name = "standard input" if path == STANDARD_INPUT else str(path)
    began = time.monotonic()
    begun = progress = Progress()
    try:
        with opened(path) as file, closing(importing.run(file, _bad_lines(name), from_start=from_start)) as run:
            begun = progress = next(run)
            _tell_beginning(name, begun)
            with _bar(name, file.size, file.bytes_read) as bar:
                for progress in run:
                    bar.set_postfix_str(f"{progress.films:,} films", refresh=False)
                    bar.update(file.bytes_read - bar.n)
    except (Unreadable, NoFilms) as error:
        click.echo(f"{name}: {error}", err=True)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    finally:
        click.echo(_figures(name, begun, progress, time.monotonic() - began))
    if not progress.is_done:
        return UNFINISHED
    return BAD_LINES if progress.bad else 0


def _bad_lines(name: str) -> Callable[[int, str], None]:
    named = 0

    def tell(number: int, reason: str) -> None:
        nonlocal named
        named += 1
        if named <= NAMED_BAD_LINES:
            tqdm.write(f"{name}, line {number} is left out: {reason}", file=sys.stderr)
        elif named == NAMED_BAD_LINES + 1:
            tqdm.write(f"{name}: further bad lines are only counted", file=sys.stderr)

    return tell


def _tell_beginning(name: str, begun: Progress) -> None:
    if begun.is_done:
        click.echo(f"{name} was imported before; --from-start does so again.")
    elif begun.lines:
        click.echo(f"{name}: going on after line {begun.lines:,}.")


def _bar(name: str, size: int | None, read: int) -> tqdm[Never]:
    """Only where there is a terminal."""
    return tqdm(desc=name, total=size, initial=read, unit="B", unit_scale=True, leave=False, disable=None)


def _figures(name: str, begun: Progress, reached: Progress, seconds: float) -> str:
    read = reached.lines - begun.lines
    return (
        f"{name}: {'' if reached.is_done else 'not to its end: '}{reached.lines:,} lines, {reached.films:,} films, "
        f"{reached.changed:,} of them new or changed; left out: {reached.for_adults:,} for adults, "
        f"{reached.bad:,} bad lines{f'; {read / seconds:,.0f} lines a second' if read else ''}"
    )


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """As by Ctrl-C: the figures are told, and nothing is left half done."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _see_that_servers_know(app: Guard) -> None:
    cache = app.registry.plugins.cache
    if not cache.shared:
        # Each server has its own, and follows within its time.
        return
    try:
        cache.check()
    except Unavailable as error:
        raise click.ClickException(
            f"The films are stored, but servers may show old answers: {error}. Once that is mended, run "
            "`moviecatalog cache clear`."
        ) from None
