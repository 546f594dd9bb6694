"""Storage in a relational database, through SQLAlchemy.

    moviecatalog.storage = sqlalchemy
    moviecatalog.storage.sqlalchemy.url = sqlite:////var/lib/moviecatalog/catalogue.sqlite

Statements are Core throughout: what the contract hands out are frozen values, so there is nothing for an
identity map to track. What only one database engine can say stands in that engine's module (`sqlite`),
behind the interface in `dialect`.
"""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage


def includeme(config: Configurator) -> None:
    config.add_storage("sqlalchemy", SqlStorage.from_settings)
