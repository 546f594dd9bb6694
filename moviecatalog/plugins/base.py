"""What every plugin is, whatever its kind."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class NoSettings:
    """For a plugin that needs none."""


class Plugin(abc.ABC):
    """The base of all plugins.

    `contract_version` is that of the contract which the class was written against; it is inherited, and
    the loader refuses a plugin that names another one than its kind has. `Settings` is the plugin's own
    settings class (see `moviecatalog.settings.reader.setting`): one field a line below
    `moviecatalog.<kind>.<plugin>.`.
    """

    contract_version: ClassVar[int]
    Settings: ClassVar[type[Any]] = NoSettings

    @classmethod
    @abc.abstractmethod
    def from_settings(cls, settings: Any) -> Self:
        """Build the plugin from an instance of its `Settings`.

        Called once, when the application starts. It may raise SettingsError for what can only be found
        wrong by trying (a file that isn't there); it must not wait for a server that is down. What it builds may
        be closed at once, unused, where something else keeps the application from starting.
        """
