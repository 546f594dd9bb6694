import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.services.flights import Flights


@pytest.fixture
def together():
    """The results of so many callers at once, exceptions among them."""

    def run(work, callers=16):
        flights, ready = Flights(), threading.Barrier(callers)

        def call(_):
            ready.wait()
            try:
                return flights.run("key", work)
            except SourceUnavailable as error:
                return error

        with ThreadPoolExecutor(callers) as threads:
            return list(threads.map(call, range(callers)))

    return run


def test_one_works_for_all(together):
    worked = []

    def work():
        time.sleep(0.1)
        worked.append(1)
        return object()

    assert len(set(together(work))) == len(worked) == 1


def test_one_failure_is_everybodys_each_with_a_traceback_of_its_own(together):
    def work():
        time.sleep(0.1)
        raise SourceUnavailable("down", retry_after=7)

    errors = together(work)
    assert {(str(error), error.retry_after) for error in errors} == {("down", 7)}
    assert len({id(error) for error in errors}) == len(errors)


def test_the_next_caller_works_anew():
    flights = Flights()
    assert [flights.run("key", iter([value]).__next__) for value in (1, 2)] == [1, 2]


def test_different_keys_do_not_wait_for_each_other():
    flights = Flights()
    assert flights.run("one", lambda: flights.run("other", lambda: 1)) == 1
