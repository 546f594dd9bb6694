"""What every plugin is, whatever its kind."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from moviecatalog.domain import findings
from moviecatalog.domain.errors import Unavailable
from moviecatalog.domain.findings import Finding


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
    def from_settings(cls, settings: Any) -> Self:
        """Build the plugin from an instance of its `Settings`: by default, the class is called with it.

        Called once, when the application starts. It may raise SettingsError for what can only be found
        wrong by trying (a file that isn't there); it must not wait for a server that is down. What it builds may
        be closed at once, unused, where something else keeps the application from starting.
        """
        return cls(settings)  # type: ignore[call-arg]  # how a plugin is made is its own business

    def diagnose(self) -> Iterable[Finding]:
        """What `moviecatalog check` says of the plugin and whatever it works with, a sentence each, without secrets.

        Called once, on a plugin that was just built, which is closed afterwards. It must change nothing. By
        default, whether `check` succeeds. Raises nothing that is foreseen; of what takes longer than ten seconds
        the rest isn't waited for.
        """
        try:
            self.check()
        except Unavailable as error:
            yield findings.problem(f"it doesn't work: {error}", "see to what it works with, and its settings")
        else:
            yield findings.ok("it works")

    @abc.abstractmethod
    def check(self) -> None:
        """For the health page: raise Unavailable, in a second at most, if the plugin doesn't work now."""

    @abc.abstractmethod
    def close(self) -> None:
        """Let go of what is held open. Called once, when the application ends."""

    def gauges(self) -> Mapping[str, float]:
        """Figures of this moment for `/metrics`, by short names of a-z, 0-9 and `_`, the same ones each time.

        `{"pool_size": 5}` of a storage is shown as `moviecatalog_storage_pool_size`. Over several processes numbers
        are added up; a bool says that something is so, and is 1 where it is so in any of them.
        Called often, from any thread, while others use the plugin: it must ask no server and wait for nothing.
        """
        return {}
