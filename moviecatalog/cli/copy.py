"""`moviecatalog copy`: a catalogue from one storage to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from moviecatalog.cli.failures import explanation
from moviecatalog.cli.storage import storage_of
from moviecatalog.domain import clock
from moviecatalog.domain.errors import NotCopied, Unavailable
from moviecatalog.domain.records import Record
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.services.copying import Carried, Copying
from moviecatalog.settings.reader import SettingsError

ROW = "{:<14}{:>13}{:>13}{:>13}{:>13}  {}"


@click.command()
@click.argument("original", metavar="A.ini", type=click.Path(path_type=Path))
@click.argument("copy", metavar="B.ini", type=click.Path(path_type=Path))
def copy(original: Path, copy: Path) -> None:
    """Copy the catalogue of A.ini to the storage of B.ini: films, accounts, favourites, ratings, ended tokens.

    B.ini's must be migrated, and empty, or an earlier copy of the same catalogue: only what differs is written then.
    A.ini's may be in use. One that was interrupted is to be begun again.

    Ends with exit code 1 where the two differ afterwards.
    """
    began = clock.now()
    with _prepared(original) as here, _prepared(copy) as there:
        found = _copied(original, copy, Copying(here, there, _bar))
    click.echo("\n".join(_table(found)))
    if not all(it.is_same for it in found):
        raise click.ClickException(f"{copy} is not as {original} was: somebody writes to it. End that, and copy again.")
    click.echo(f"{copy} holds what {original} held at {began:%H:%M:%S} UTC; what came later, the next copy brings.")


@contextmanager
def _prepared(ini: Path) -> Iterator[Storage]:
    """The storage of the file, if it can be worked with."""
    with ExitStack() as stack:
        try:
            _, storage = stack.enter_context(storage_of(ini))
            # It is not migrated here: a file that was named by mistake must change nothing.
            storage.prepare()
        except (SettingsError, Unavailable) as error:
            raise click.ClickException(f"{ini}: {explanation(error)}") from None
        yield storage


def _copied(original: Path, copy: Path, copying: Copying) -> Sequence[Carried]:
    try:
        return copying.run()
    except NotCopied as error:
        raise click.ClickException(f"Nothing was copied from {original} to {copy}: {error}.") from None
    except Unavailable as error:
        raise click.ClickException(
            f"Not all was copied from {original} to {copy}: {error}. Mend that, and copy again: it goes on from there."
        ) from None


def _bar(records: Iterable[Record], what: str, total: int | None) -> Iterable[Record]:
    """A progress bar, where there is a terminal."""
    return tqdm(records, what, total, leave=False, disable=None, unit="", unit_scale=True)


def _table(found: Sequence[Carried]) -> Iterator[str]:
    yield ROW.format("", "original", "copy", "written", "removed", "digest")
    for it in found:
        digest = it.copy.digest if it.is_same else f"{it.copy.digest}, not {it.original.digest}"
        counts = (f"{count:,}" for count in (it.original.count, it.copy.count, it.written, it.removed))
        yield ROW.format(it.name, *counts, digest)
