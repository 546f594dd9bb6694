"""The memory storage, whose every transaction is written down before anybody sees it."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.memory.storage import MemoryStorage
from moviecatalog.settings import parsers, setting
from moviecatalog.settings.reader import Problem, SettingsError
from moviecatalog_journal.changes import changes, index, replay
from moviecatalog_journal.journal import InUse, Journal

FORMAT = 1
FOLDER = "moviecatalog.storage.journal.folder"


@dataclass(frozen=True, kw_only=True)
class JournalSettings:
    folder: str = setting(parsers.text, "the folder of the journal, on a disk of this machine")


class JournalStorage(MemoryStorage):
    """Everything in memory, and in one file from which it is read again at the next start.

        moviecatalog.storage = journal
        moviecatalog.storage.journal.folder = /var/lib/moviecatalog

    For one process: a second one is refused.
    """

    Settings = JournalSettings

    def __init__(self, settings: JournalSettings) -> None:
        super().__init__()
        self._path = Path(settings.folder) / "journal.jsonl"
        self._journal: Journal | None = None

    @classmethod
    def from_settings(cls, settings: JournalSettings) -> Self:
        return cls(settings)

    def migrate(self) -> None:
        """Begin the journal where there is none."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _problem(f"the folder can't be made ({error})") from None
        self._open({"format": FORMAT, "catalogue_id": uuid.uuid4().hex})

    def prepare(self) -> None:
        self._open()

    def check(self) -> None:
        if self._journal is None:
            raise StorageUnavailable("the journal isn't open")

    @property
    def catalogue_id(self) -> str:
        return self._head["catalogue_id"]

    def gauges(self) -> dict[str, float]:
        return {"journal_bytes": self._journal.size if self._journal else 0}

    def commit(self, before: State, after: State) -> None:
        self.check()
        if changed := changes(before, after):
            self._journal.append(changed)

    def close(self) -> None:
        if self._journal:
            self._journal.close()
            self._journal = None

    def _open(self, head: dict | None = None) -> None:
        if self._journal:
            return
        try:
            journal = Journal(self._path, head)
        except FileNotFoundError:
            raise _problem(f"there is no {self._path}; run `moviecatalog migrate` first") from None
        except InUse:
            raise _problem(f"another process has {self._path} open, and only one can") from None
        except OSError as error:
            raise _problem(f"{self._path} can't be opened ({error})") from None
        self._head, *rest = journal
        if self._head["format"] != FORMAT:
            journal.close()
            raise _problem(f"{self._path} is of format {self._head['format']}, and this version knows {FORMAT}")
        for change in rest:
            replay(self._state, change)
        index(self._state)
        self._journal = journal


def _problem(message: str) -> SettingsError:
    return SettingsError([Problem(FOLDER, message)])
