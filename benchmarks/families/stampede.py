"""Many clients at once for what nobody has asked before, in two processes: how often the source is asked."""

import threading
import time

from benchmarks.filling import POSTGRESQL
from benchmarks.goals import Claim, Findings, Table, at_most
from benchmarks.lone import Lone

CLIENTS = 50
DELAY = 0.5
"""In seconds, which the source takes."""

# Each on a page of the source's of its own.
COLD = tuple(f"/api/movies/popular/?page={page}" for page in (11, 13, 15))


def measure(bench):
    bench.say("stampede")
    tmdb = bench.installation.tmdb
    calls, waits = [], []
    with bench.installation.api(bench.filled(POSTGRESQL, bench.few)) as server:
        for path in COLD:
            clients = [Lone(server.port) for _ in range(CLIENTS)]
            for client in clients:
                # Connections are open, and the processes know what they need of the source but for this page.
                client.call("/api/movies/popular/")
            tmdb.asked.clear()
            tmdb.delay = DELAY
            waits.append(_longest(clients, path))
            tmdb.delay = 0.0
            calls.append(len(tmdb.asked))
    claim = Claim(f"{CLIENTS} clients, one cold key, two workers", "calls of the source", max(calls), at_most(1))
    row = (f"{CLIENTS} clients", f"{DELAY:g}", max(calls), max(waits))
    head = ("", "the source takes, s", "calls", "the last is answered after, s")
    return Findings([claim], [Table("Stampede", head, (row,))])


def _longest(clients, path):
    """The seconds until the last of them has its answer."""
    waited = []
    ready = threading.Barrier(len(clients))

    def ask(client):
        ready.wait()
        began = time.perf_counter()
        client.call(path)
        waited.append(time.perf_counter() - began)

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waited) == len(clients)
    return max(waited)
