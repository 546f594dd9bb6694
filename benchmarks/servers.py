"""Servers in processes of their own: the API's, and the bare one that it is measured against."""

import subprocess
import sys

from benchmarks.lone import Lone
from benchmarks.processes import cpu_seconds, own_megabytes, resident_megabytes
from benchmarks.rounds import Measured
from benchmarks.wrk import CONNECTIONS, Failed, load
from tests.engines.binaries import free_port
from tests.engines.command import children, environ, serve, wait_for, write_ini

STOP_SECONDS = 30
WARM_UP = 3
LOG_SHOWN = 4_000


class Server:
    """`workers` are the ids of the processes that answer."""

    def __init__(self, folder, port, process):
        self.port = port
        self._folder = folder
        self._process = process

    @property
    def workers(self):
        return children(self._process.pid)

    def warm_up(self, asked):
        """Over connections enough to reach every worker, a few times each."""
        for _ in range(CONNECTIONS):
            client = Lone(self.port, asked.token)
            for _ in range(WARM_UP):
                for path in asked.paths:
                    client.call(path, asked.method, asked.body)
            client.close()

    def load(self, asked, seconds, connections=CONNECTIONS):
        workers = self.workers
        before = cpu_seconds(workers)
        try:
            done = load(self.port, asked, self._folder, seconds, connections)
        except Failed:
            print((self._folder / "log").read_text(encoding="utf-8")[-LOG_SHOWN:], file=sys.stderr)
            raise
        cpu = cpu_seconds(workers) - before
        return Measured(done.rate, done.requests, done.p50, done.p99, cpu)

    def resident(self):
        """The mean of the workers, in megabytes."""
        return _mean(map(resident_megabytes, self.workers))

    def own(self):
        """The same, with a share only of what they have in common."""
        return _mean(map(own_megabytes, self.workers))

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def api_server(folder, settings, workers):
    """Once it answers; `folder` is its own."""
    port = free_port()
    ini = write_ini(folder / "api.ini", settings, "granian", {"listen": f"127.0.0.1:{port}", "workers": str(workers)})
    with (folder / "log").open("w") as log:
        return Server(folder, port, serve(ini, port, log))


def bare_server(folder, bodies, workers):
    """A path for each of the bodies, by its name."""
    files = folder / "bodies"
    files.mkdir()
    for name, body in bodies.items():
        (files / name).write_bytes(body)
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(workers), str(files)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environ())
    wait_for(port, process)
    return Server(folder, port, process)


def _mean(values):
    found = list(values)
    return sum(found) / len(found)
