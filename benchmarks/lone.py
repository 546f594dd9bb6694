"""One client alone, over one connection: how long each answer takes."""

import http.client
import statistics
import time
from dataclasses import dataclass

TIMEOUT = 30


class Lone:
    def __init__(self, port, token=None):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, path, method="GET", body=None):
        """The body of the answer, which has to be a good one; what is sent is JSON already."""
        status, content = self._answer(path, method, body)
        assert status in (200, 201), (path, status, content[:200])
        return content

    def _answer(self, path, method, body):
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self):
        self._connection.close()

    def timed(self, path):
        """The seconds until the answer, and whether it was that nobody can be served now."""
        began = time.perf_counter()
        status, content = self._answer(path, "GET", None)
        taken = time.perf_counter() - began
        assert status in (200, 503), (path, status, content[:200])
        return taken, status == 503


@dataclass(frozen=True)
class Times:
    """In milliseconds; those of answers that were `refused` are until the refusal."""

    count: int
    refused: int
    p50: float
    p99: float
    longest: float

    @classmethod
    def of(cls, timed):
        ordered = sorted(1000 * seconds for seconds, _ in timed)
        last = len(ordered) - 1
        refused = sum(is_refused for _, is_refused in timed)
        return cls(len(ordered), refused, statistics.median(ordered), ordered[round(0.99 * last)], ordered[last])


def by_turns(clients, paths, seconds):
    """The times of each client, by its name, who ask by turns; each path once, unless the time is up before.

    `clients` has by name a client and what it makes of a path.
    """
    taken = {name: [] for name in clients}
    end = time.monotonic() + seconds
    for path in paths:
        for name, (client, own) in clients.items():
            taken[name].append(client.timed(own(path)))
        if time.monotonic() > end:
            break
    return {name: Times.of(it) for name, it in taken.items()}
