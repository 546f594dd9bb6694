import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.domain.freshness import CacheState
from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.plugins.caches.none import NoCache
from moviecatalog.services import codecs
from moviecatalog.services.answers import AnswerCache, Brief, Codec, Lifetimes
from moviecatalog.services.codecs import CatalogPage
from moviecatalog.services.hold_off import HoldOff
from moviecatalog.services.steady_cache import SteadyCache

PLAIN = Codec(dump=lambda value: value, load=lambda value: value)


class Maker:
    """Makes 1, 2, 3…, or fails while `broken`."""

    def __init__(self):
        self.made = 0
        self.tried = 0
        self.broken = False

    def __call__(self):
        self.tried += 1
        if self.broken:
            raise SourceUnavailable("down")
        self.made += 1
        return self.made


def make_answers(cache, renewals, lifetimes, catalogue_id="c1"):
    return AnswerCache(SteadyCache(cache, HoldOff("the cache", renewals)), lifetimes, lambda: catalogue_id, renewals)


@pytest.fixture
def renewals():
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def cache():
    return MemoryCache(1_000_000)


@pytest.fixture
def answers(cache, renewals):
    def make(ttl=900, renew=60, stale=86_400, catalogue_id="c1"):
        return make_answers(cache, renewals, Lifetimes(ttl, renew, stale), catalogue_id)

    return make


def test_a_fresh_answer_is_made_once(answers):
    make, cache = Maker(), answers()
    first, second = cache.get(("x",), PLAIN, make), cache.get(("x",), PLAIN, make)
    assert (first.value, first.freshness.state) == (1, CacheState.MISS)
    assert (second.value, second.freshness.state) == (1, CacheState.HIT)


def test_names_that_look_alike_are_told_apart(answers):
    cache, make = answers(), Maker()
    names = [("search", "fight", "1 2"), ("search", "fight 1", "2"), ("movie", 1), ("movie", "1")]
    assert [cache.get(name, PLAIN, make).value for name in names] == [1, 2, 3, 4]


def test_another_catalogues_answers_are_not_mixed_in(answers):
    make = Maker()
    assert answers(catalogue_id="c1").get(("x",), PLAIN, make).value == 1
    assert answers(catalogue_id="c2").get(("x",), PLAIN, make).value == 2


def test_after_invalidation_nothing_kept_is_served(answers):
    make, cache = Maker(), answers()
    cache.get(("x",), PLAIN, make)
    cache.invalidate()
    assert cache.get(("x",), PLAIN, make).value == 2


def test_just_past_its_time_an_answer_is_served_at_once_and_renewed_aside(answers, renewals):
    make, cache = Maker(), answers(ttl=0, renew=60)
    cache.get(("x",), PLAIN, make)
    stale = cache.get(("x",), PLAIN, make)
    assert (stale.value, stale.freshness.state) == (1, CacheState.STALE)
    renewals.shutdown(wait=True)
    assert make.made == 2


def test_a_failed_renewal_keeps_the_old_answer(answers, renewals, caplog):
    make, cache = Maker(), answers(ttl=0, renew=60, stale=0)
    cache.get(("x",), PLAIN, make)
    make.broken = True
    with caplog.at_level("INFO"):
        assert cache.get(("x",), PLAIN, make).value == 1
        renewals.shutdown(wait=True)
    assert "could not be renewed" in caplog.text
    assert cache.get(("x",), PLAIN, make).value == 1


def test_only_one_caller_renews(answers, renewals):
    gate, started = threading.Event(), []

    def slow():
        started.append(1)
        gate.wait(5)
        return "new"

    cache = answers(ttl=0, renew=60)
    cache.get(("x",), PLAIN, lambda: "old")
    for _ in range(5):
        assert cache.get(("x",), PLAIN, slow).value == "old"
    gate.set()
    renewals.shutdown(wait=True)
    assert len(started) == 1


def test_long_past_its_time_an_answer_is_made_anew(answers):
    make, cache = Maker(), answers(ttl=0, renew=0)
    cache.get(("x",), PLAIN, make)
    assert cache.get(("x",), PLAIN, make).value == 2


def test_an_old_answer_is_served_while_the_source_fails(answers):
    make, cache = Maker(), answers(ttl=0, renew=0, stale=60)
    cache.get(("x",), PLAIN, make)
    make.broken = True
    assert cache.get(("x",), PLAIN, make).freshness.state is CacheState.STALE


def test_an_answer_that_is_too_old_is_not_served_even_then(answers):
    make, cache = Maker(), answers(ttl=0, renew=0, stale=0)
    cache.get(("x",), PLAIN, make)
    make.broken = True
    with pytest.raises(SourceUnavailable):
        cache.get(("x",), PLAIN, make)


def test_a_failure_is_remembered_for_a_while(answers, monkeypatch):
    make, cache = Maker(), answers()
    make.broken = True
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="down"):
            cache.get(("x",), PLAIN, make)
    assert make.tried == 1
    monkeypatch.setattr("moviecatalog.services.answers.FAILURE_SECONDS", 0)
    make.broken = False
    assert cache.get(("x",), PLAIN, make).value == 1


def test_many_callers_of_a_cold_key_wait_for_one_failure(answers):
    cache, tried = answers(), []

    def slow():
        tried.append(1)
        time.sleep(0.05)
        raise SourceUnavailable("down", retry_after=7)

    def call(_):
        with pytest.raises(SourceUnavailable) as raised:
            cache.get(("x",), PLAIN, slow)
        return raised.value.retry_after

    with ThreadPoolExecutor(16) as callers:
        assert list(callers.map(call, range(32))) == [7] * 32
    assert len(tried) == 1


def test_a_failed_answer_is_not_tried_again_at_once_where_an_old_one_serves(answers):
    make, cache = Maker(), answers(ttl=0, renew=0, stale=60)
    cache.get(("x",), PLAIN, make)
    make.broken = True
    assert [cache.get(("x",), PLAIN, make).freshness.state for _ in range(3)] == [CacheState.STALE] * 3
    assert make.tried == 2


def test_nobody_waits_for_a_source_that_failed_a_while_ago(answers, renewals, monkeypatch):
    make, cache, is_over = Maker(), answers(ttl=0, renew=0, stale=60), threading.Event()
    cache.get(("x",), PLAIN, make)
    make.broken = True
    cache.get(("x",), PLAIN, make)
    make.broken = False
    monkeypatch.setattr("moviecatalog.services.answers.FAILURE_SECONDS", 0)

    def slow():
        is_over.wait()
        return make()

    assert [cache.get(("x",), PLAIN, slow).freshness.state for _ in range(3)] == [CacheState.STALE] * 3
    is_over.set()
    renewals.shutdown(wait=True)
    assert make.made == 2
    # It works again: who comes past the answer's time waits for the next one, as ever.
    assert cache.get(("x",), PLAIN, make).value == 3


def test_a_failure_of_long_ago_says_nothing_about_now(answers, monkeypatch):
    make, cache = Maker(), answers(ttl=0, renew=0, stale=60)
    cache.get(("x",), PLAIN, make)
    make.broken = True
    cache.get(("x",), PLAIN, make)
    make.broken = False
    for name in ("FAILURE_SECONDS", "TROUBLE_SECONDS"):
        monkeypatch.setattr(f"moviecatalog.services.answers.{name}", 0)
    assert cache.get(("x",), PLAIN, make).value == 2


def test_many_callers_of_a_cold_key_make_it_once(answers):
    cache, made = answers(), []

    def slow():
        made.append(1)
        time.sleep(0.05)
        return "answer"

    with ThreadPoolExecutor(16) as callers:
        found = list(callers.map(lambda _: cache.get(("x",), PLAIN, slow).value, range(32)))
    assert found == ["answer"] * 32
    assert len(made) == 1


@pytest.mark.parametrize("planted", [None, 5, "text", [], {}, {"items": [{}]}, {"items": 5, "total": "x"}], ids=repr)
def test_what_somebody_else_put_there_is_no_answer(answers, cache, planted):
    kept = answers()
    kept.get(("x",), codecs.CATALOG_PAGE, lambda: CatalogPage((), 0))
    for kept_at in list(cache.region.backend._cache._entries):
        cache.region.set(kept_at, planted)
    answer = kept.get(("x",), codecs.CATALOG_PAGE, lambda: CatalogPage((), 1))
    assert answer.value == CatalogPage((), 1)


def test_without_a_cache_every_answer_is_made(renewals):
    make, kept = Maker(), make_answers(NoCache(), renewals, Lifetimes(900, 60, 86_400))
    assert [kept.get(("x",), PLAIN, make).value for _ in range(3)] == [1, 2, 3]


def test_what_a_source_did_not_know_is_asked_for_again_after_a_minute(answers, monkeypatch):
    make, cache = Maker(), answers(renew=0)
    assert [cache.get(("x",), PLAIN, lambda: Brief(make())).value for _ in range(2)] == [1, 1]
    monkeypatch.setattr("moviecatalog.services.answers.NOT_FOUND_SECONDS", 0)
    assert cache.get(("x",), PLAIN, lambda: Brief(make())).value == 2


def test_an_answer_whose_making_began_before_an_invalidation_is_not_served(answers):
    cache = answers()

    def make():
        cache.invalidate()
        return "old"

    cache.get(("x",), PLAIN, make)
    assert cache.get(("x",), PLAIN, lambda: "new").value == "new"


def test_without_a_cache_many_callers_still_share_one_answer(renewals):
    kept, made = make_answers(NoCache(), renewals, Lifetimes(900, 60, 86_400)), []

    def slow():
        made.append(1)
        time.sleep(0.2)
        return "answer"

    with ThreadPoolExecutor(10) as callers:
        assert set(callers.map(lambda _: kept.get(("x",), PLAIN, slow).value, range(10))) == {"answer"}
    assert len(made) <= 2


def test_renewals_that_need_each_others_answers_do_not_wait_for_ever(answers, renewals):
    cache = answers(ttl=0, renew=60)

    def inner(name):
        return cache.get((name,), PLAIN, lambda: 1).value

    def outer(name):
        return lambda: sum(inner(f"{name} {number}") for number in range(3))

    for _ in range(3):
        for name in "abcdefgh":
            cache.get((name,), PLAIN, outer(name))
    renewals.shutdown(wait=True)


def test_an_unexpected_error_in_a_renewal_is_in_the_log(answers, renewals, caplog):
    cache = answers(ttl=0, renew=60)
    cache.get(("x",), PLAIN, lambda: 1)
    cache.get(("x",), PLAIN, lambda: 1 / 0)
    renewals.shutdown(wait=True)
    assert "ZeroDivisionError" in caplog.text


def test_a_process_that_is_ending_serves_the_old_answer(answers, renewals):
    make, cache = Maker(), answers(ttl=0, renew=60)
    cache.get(("x",), PLAIN, make)
    renewals.shutdown()
    assert [cache.get(("x",), PLAIN, make).value for _ in range(2)] == [1, 1]
