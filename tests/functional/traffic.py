"""Clients who read and write for as long as a test has trouble with a server."""

import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass

SLOWEST = 2.5 + 0.5
"""Seconds that a request may take while a server is away, as promised, and what a crowded machine adds."""

READS = ("/movies/?ordering=title", "/movies/popular/", "/movies/search/?q=the&min_rating=5", "/movies/{}/")


@dataclass(frozen=True)
class Seen:
    at: float
    seconds: float
    status: int
    retry_after: str | None


def timed(call):
    start = time.monotonic()
    answer = call()
    return answer, time.monotonic() - start


def is_unavailable(answer):
    assert (answer.status_code, answer.json) == (503, {"detail": "The service is unavailable."})
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def is_quiet(caplog):
    """An outage that is foreseen is a line in the log, and no traceback, of nobody's."""
    return not [it for it in caplog.records if it.exc_info]


def soon(holds, seconds=1.5):
    """Within the second that is promised once everything is there, and what a crowded machine adds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Traffic:
    """Each client by turns reads what is public, rates a film and keeps it."""

    def __init__(self, api, threads=8):
        self.seen = []
        self._api = api
        self._tokens = [api.sign_up(f"client{number}") for number in range(threads)]
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(token,)) for token in self._tokens]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, token):
        for turn in itertools.count():
            if self._is_over.is_set():
                return
            for call in self._calls(token, turn % 50 + 1):
                at = time.monotonic()
                answer, seconds = timed(call)
                self.seen.append(Seen(at, seconds, answer.status_code, answer.headers.get("Retry-After")))
            time.sleep(0.002)

    def _calls(self, token, movie):
        yield lambda: self._api.get(READS[movie % len(READS)].format(movie), token)
        yield lambda: self._api.put(f"/movies/{movie}/rate/", {"rating": movie % 10 + 1}, token)
        yield lambda: self._api.post(f"/movies/{movie}/add_to_favorites/", None, token)

    def statuses(self, since=0.0):
        return {seen.status for seen in self.seen if seen.at >= since}

    def count(self, since=0.0):
        return sum(seen.at >= since for seen in self.seen)

    def slowest(self):
        return max(seen.seconds for seen in self.seen)


class Client:
    """One connection to a process of the API, which stays open; JSON in and out."""

    def __init__(self, port, token=None):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = token

    def call(self, method, path, body=None):
        """The status and the body of the answer."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self._connection.request(method, f"/api{path}", json.dumps(body) if body is not None else None, headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def close(self):
        self._connection.close()
