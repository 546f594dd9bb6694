"""What clients notice of a Redis that is out of order."""

import time
from statistics import median

ONCE = 0.5
"""Seconds that a request may take which finds Redis out of order: 0.3, and what a crowded machine adds."""

AFTERWARDS = 0.05
"""Seconds of a request in the middle of those that follow: a single time-out would be four times as long."""


def warm(api):
    """A second request finds everything in Redis."""
    for path in PATHS:
        assert api.get(path).status_code == 200
        assert api.get(path).headers["X-Cache"] == "HIT"


PATHS = ["/movies/popular/", "/movies/", "/movies/1/", "/movies/search/?q=the&min_rating=5"]


def timed(api, path):
    start = time.monotonic()
    answer = api.get(path)
    return answer.status_code, time.monotonic() - start


def notices_nothing(api):
    """All paths answer; the first request may take longer. The second time they come from the stand-in."""
    first, *others = [timed(api, path) for path in PATHS * 2]
    assert {status for status, _ in (first, *others)} == {200}
    assert first[1] < ONCE
    assert median(seconds for _, seconds in others) < AFTERWARDS
    assert api.get(PATHS[0]).headers["X-Cache"] == "HIT"


def recovers(api, client):
    """After a while new answers are kept in Redis again."""
    deadline = time.monotonic() + 5
    while True:
        api.get(f"/movies/search/?q=x{time.monotonic_ns()}")
        if client.keys("moviecatalog:answer:*"):
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)
