import time
from concurrent.futures import ThreadPoolExecutor

import limits
import pytest

from moviecatalog.services.counters import LocalCounters
from moviecatalog.services.throttle import OverLimit, Throttle


@pytest.fixture
def store():
    return LocalCounters()


def test_remaining_goes_down_to_nothing_and_then_it_is_too_much(store):
    throttle = Throttle(store, "x", limits.parse("3 per hour"), of=lambda: "")
    assert [throttle.hit("bob").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(OverLimit) as raised:
        throttle.hit("bob")
    assert raised.value.allowance.remaining == 0
    assert 3_590 <= raised.value.retry_after <= 3_600


def test_reset_is_when_the_window_ends(store):
    allowance = Throttle(store, "x", limits.parse("3 per hour"), of=lambda: "").hit("bob")
    assert allowance.limit == 3
    assert 3_590 <= allowance.reset - time.time() <= 3_601


def test_keys_and_limits_are_counted_apart(store):
    rate = limits.parse("1 per hour")
    one, other = Throttle(store, "one", rate, of=lambda: ""), Throttle(store, "other", rate, of=lambda: "")
    assert [one.hit("a").remaining, one.hit("b").remaining, other.hit("a").remaining] == [0, 0, 0]


def test_what_is_given_back_can_be_used_again(store):
    throttle = Throttle(store, "x", limits.parse("1 per hour"), of=lambda: "")
    throttle.hit("bob")
    throttle.give_back("bob")
    assert throttle.hit("bob").remaining == 0


def test_without_a_rate_nothing_is_limited(store):
    throttle = Throttle(store, "x", None, of=lambda: "")
    assert throttle.hit("bob") is None
    throttle.give_back("bob")


def test_many_at_once_do_not_get_past_the_limit(store):
    throttle = Throttle(store, "x", limits.parse("10 per hour"), of=lambda: "")

    def hit(_):
        try:
            throttle.hit("bob")
        except OverLimit:
            return 0
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(hit, range(64))) == 10
