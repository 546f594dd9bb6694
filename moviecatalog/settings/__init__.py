"""Settings: typed, with environment overrides, and every problem reported at once."""

from __future__ import annotations

import os

from pyramid.config import Configurator

from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader, setting

__all__ = ["CoreSettings", "SettingsReader", "includeme", "setting"]


def includeme(config: Configurator) -> None:
    reader = SettingsReader(config.get_settings(), os.environ)
    config.registry.settings_reader = reader
    config.registry.core_settings = CoreSettings.read(reader)
