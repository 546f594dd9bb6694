"""`moviecatalog.source = sample`: the films that ship with the project, or a file of one's own."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins.sources.sample.source import SampleSource


def includeme(config: Configurator) -> None:
    config.add_movie_source("sample", SampleSource.from_settings)
