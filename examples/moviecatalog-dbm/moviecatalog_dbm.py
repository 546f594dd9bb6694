"""A cache in files, which all processes of one machine share."""

import fcntl
import hashlib
import json
import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dogpile.cache import register_backend
from dogpile.cache.api import CacheMutex
from dogpile.cache.backends.file import DBMBackend

from moviecatalog.domain.errors import Unavailable
from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.caches.region import json_region
from moviecatalog.settings import parsers, setting

POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class DbmSettings:
    folder: str = setting(parsers.text, "the folder of the cache, on a disk of this machine")
    max_bytes: int = setting(parsers.integer(1), "files larger than this are begun anew at a start", default=67_108_864)


class DbmCache(Cache):
    """Keeps answers in the files of a dbm database.

        moviecatalog.cache = dbm
        moviecatalog.cache.dbm.folder = /var/cache/moviecatalog

    They outlive a restart. Nothing is taken out of them one by one: they are begun anew when they are too large.
    """

    Settings = DbmSettings

    shared = True

    def __init__(self, settings: DbmSettings) -> None:
        self._folder = Path(settings.folder)
        self.server = str(self._folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        with guarded(self._folder):
            kept = list(self._folder.glob("answers*"))
            if sum(path.stat().st_size for path in kept) > settings.max_bytes:
                for path in kept:
                    path.unlink(missing_ok=True)
        self.region = json_region(BACKEND, {"filename": str(self._folder / "answers"), "lock_seconds": 5})

    def keep_for(self, seconds: int, lock_seconds: int) -> None:  # noqa: ARG002  # nothing goes one by one
        self.region.actual_backend.lock_seconds = lock_seconds

    def check(self) -> None:
        if not os.access(self._folder, os.W_OK):
            raise Unavailable(f"The folder {self._folder} can't be written to.")


class DbmBackend(DBMBackend):
    """dogpile's, with locks that end by themselves: each is a file which names its holder and its end.

    dogpile has one lock for all keys, which is held until its holder lets go.
    """

    def __init__(self, arguments: dict) -> None:
        self.lock_seconds = arguments.pop("lock_seconds")
        super().__init__(arguments)

    def get_mutex(self, key: str) -> CacheMutex:
        name = hashlib.sha256(key.encode()).hexdigest()
        return TimedLock(Path(self.filename).with_name(f"{name}.lock"), self.lock_seconds)


class TimedLock(CacheMutex):
    def __init__(self, path: Path, seconds: int) -> None:
        self._path, self._seconds, self._token = path, seconds, uuid.uuid4().hex

    def acquire(self, wait: bool = True) -> bool:
        while not self._take():
            if not wait:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _take(self) -> bool:
        with guarded(self._path.parent):
            if self._holder():
                return False
            self._path.write_text(json.dumps([self._token, time.time() + self._seconds]))
            return True

    def release(self) -> None:
        with guarded(self._path.parent):
            # It may have ended by itself, and be another's by now.
            if self._holder() == self._token:
                self._path.unlink()

    def locked(self) -> bool:
        return self._holder() is not None

    def _holder(self) -> str | None:
        try:
            token, end = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return token if end > time.time() else None


@contextmanager
def guarded(folder: Path):
    """One at a time, of all threads and processes; whoever dies in it lets go."""
    with (folder / "guard").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


BACKEND = "moviecatalog_dbm"
register_backend(BACKEND, __name__, DbmBackend.__name__)


def includeme(config):
    config.add_cache("dbm", DbmCache.from_settings)
