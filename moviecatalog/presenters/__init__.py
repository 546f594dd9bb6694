"""Domain values as the API's JSON. Dates and times are left to the renderer."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.presenters.movies import Images


def includeme(config: Configurator) -> None:
    config.registry.images = Images(config.registry.core_settings.http.image_base_url)
