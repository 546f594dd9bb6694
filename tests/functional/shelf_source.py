"""A source as a stranger writes it: the titles in a file, which it reads whenever it is asked.

While the file is away, the source is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.listings import Capability
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.settings import parsers
from moviecatalog.settings.reader import setting

RETRY_AFTER = 7


@dataclass(frozen=True, kw_only=True)
class ShelfSettings:
    path: str = setting(parsers.text, "the file with the titles on the shelf")


class ShelfSource(MovieSource):
    Settings = ShelfSettings

    namespace = "shelf"
    capabilities = frozenset({Capability.POPULAR})

    def __init__(self, path):
        self._path = path

    @classmethod
    def from_settings(cls, settings):
        return cls(Path(settings.path))

    def movie(self, external_id):
        for film in self._films():
            if film.external_id == external_id:
                return film
        raise MovieNotFound(external_id)

    def page(self, listing, number):
        films = self._films()
        start = (number - 1) * self.page_size
        return SourcePage(films[start : start + self.page_size], len(films))

    def check(self):
        self._films()

    def _films(self):
        try:
            titles = self._path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise SourceUnavailable("the shelf is empty", RETRY_AFTER) from error
        return tuple(
            MovieFacts(namespace=self.namespace, external_id=str(number), title=title)
            for number, title in enumerate(titles, start=1)
        )


def includeme(config):
    config.add_movie_source("shelf", ShelfSource.from_settings)


def install(folder, monkeypatch):
    """Let it be found by its entry point, as pip would."""
    metadata = folder / "shelf-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[moviecatalog.sources]\nshelf = {__name__}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
