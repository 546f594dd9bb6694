import time

import pytest

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.services.counters import LocalCounters
from moviecatalog.services.pacing import Pace


def test_so_many_turns_come_at_once_and_the_next_a_second_later():
    pace = Pace("tmdb", 5, LocalCounters())
    start = time.monotonic()
    for _ in range(11):
        pace.wait(3)
    # Two full seconds of the clock hold ten turns.
    assert time.monotonic() - start > 1


def test_two_processes_share_them():
    counters = LocalCounters()
    paces = [Pace("tmdb", 3, counters), Pace("tmdb", 3, counters)]
    # Enough for the rest of one second and all of the next.
    taken = [takes_one(paces[number % 2]) for number in range(8)]
    assert 3 <= sum(taken) <= 6


def takes_one(pace):
    try:
        pace.wait(0.0)
    except SourceUnavailable:
        return False
    return True


def test_who_would_wait_for_too_long_is_told_so():
    pace = Pace("tmdb", 1, LocalCounters())
    while takes_one(pace):
        pass
    with pytest.raises(SourceUnavailable, match="tmdb is asked as often as it may be"):
        pace.wait(0.0)
