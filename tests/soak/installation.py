"""All that an installation for production has, each part in processes of its own: TMDB's stand-in, Redis,
PostgreSQL, and two processes of the API.
"""

import multiprocessing
import os
import signal
import time
from pathlib import Path

from tests.engines.binaries import free_port
from tests.engines.command import migrate, serve, write_ini
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.redis import RedisEngine
from tests.standins.tmdb import KEY, TmdbStandIn

CONTEXT = multiprocessing.get_context("spawn")

WORKERS = 2
SECRET = "for-soaking-only-" * 4


class Tmdb:
    """The stand-in in a process of its own, so that it can be hung and killed."""

    def __init__(self):
        self.port = free_port()
        self.start()

    def start(self):
        self._process = CONTEXT.Process(target=_stand_in, args=(self.port,), daemon=True)
        self._process.start()

    def hang(self):
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self):
        self._process.kill()
        self._process.join()


def _stand_in(port):
    """Runs in the process."""
    stand_in = TmdbStandIn(port)
    while True:
        time.sleep(10)
        # Or else the soak would measure its growth too, by a machine that swaps.
        stand_in.asked.clear()
        stand_in.times.clear()


class Installation:
    def __init__(self, folder, *, has_hot_path):
        self._has_hot_path = has_hot_path
        self.redis = RedisEngine(folder)
        self.postgresql = PostgresqlEngine()
        self.tmdb = Tmdb()
        self.port = free_port()
        self._log = folder / "log"
        ini = write_ini(folder / "soak.ini", self._settings(), "granian", self._server())
        migrate(ini)
        with self._log.open("w") as log:
            self._server_process = serve(ini, self.port, log)

    def _settings(self):
        return {
            "moviecatalog.source": "tmdb",
            "moviecatalog.source.tmdb.api_key": KEY,
            "moviecatalog.source.tmdb.base_url": f"http://127.0.0.1:{self.tmdb.port}/3",
            "moviecatalog.source.tmdb.requests_per_second": "1000",
            "moviecatalog.cache": "redis",
            "moviecatalog.cache.redis.url": self.redis.url,
            # Short, so that answers are renewed, and stale, all the time.
            "moviecatalog.cache.ttl": "2",
            "moviecatalog.cache.renew_ttl": "2",
            "moviecatalog.storage": "sqlalchemy",
            "moviecatalog.storage.sqlalchemy.url": self.postgresql.url,
            "moviecatalog.auth.secret": SECRET,
            "moviecatalog.auth.argon2.memory_kib": "1024",
            "moviecatalog.auth.argon2.time_cost": "1",
            # Counted in the Redis that comes and goes, and never reached.
            "moviecatalog.ratelimit.store": self.redis.url,
            "moviecatalog.ratelimit.user": "100000000 per hour",
            "moviecatalog.ratelimit.anonymous": "100000000 per hour",
            "moviecatalog.ratelimit.sign_in": "100000000 per hour",
            "moviecatalog.ratelimit.registration": "100000000 per hour",
            "moviecatalog.metrics": "true",
            "moviecatalog.hot_path": str(self._has_hot_path).lower(),
            "moviecatalog.log.format": "json",
        }

    def _server(self):
        return {"listen": f"127.0.0.1:{self.port}", "workers": str(WORKERS)}

    def processes(self):
        """The ids of those that answer requests."""
        parent = self._server_process.pid
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    def log_lines(self):
        with self._log.open(encoding="utf-8", errors="replace") as log:
            yield from log

    def stop(self):
        self._server_process.terminate()
        self._server_process.wait(30)
        self.tmdb.kill()
        self.redis.stop()
        self.postgresql.close()
