"""Counting: what is told to the meters, and that it harms nobody."""

import logging

import pytest

from moviecatalog.domain.errors import MovieNotFound, SourceMisconfigured, SourceUnavailable
from moviecatalog.domain.freshness import CacheState
from moviecatalog.metrics.meters import LIMITS, NO_METERS, OUTCOMES, TOKENS, Meters, counted_call
from moviecatalog.metrics.prometheus import Figures, PrometheusMeters

METHODS = [name for name in vars(Meters) if not name.startswith("_")]

CALLS = {
    "request": ("movie", "GET", 200, 0.003),
    "cache_answer": ("popular", CacheState.HIT),
    "source_call": ("tmdb", "ok"),
    "rejection": ("user",),
    "bad_token": ("access",),
    "storage_unavailable": (),
}


@pytest.fixture
def figures():
    return Figures("a")


@pytest.fixture
def meters(figures):
    return PrometheusMeters(figures, ["tmdb"], refresh=lambda: None)


def value(figures, name, **labels):
    return figures.registry.get_sample_value(f"moviecatalog_{name}", {"application": "a", **labels})


class Calls:
    def __init__(self):
        self.counted = []

    def source_call(self, source, outcome):
        self.counted.append((source, outcome))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (MovieNotFound("1"), "not_found"),
        (SourceUnavailable("away"), "unavailable"),
        (SourceMisconfigured("a bad key"), "misconfigured"),
        (ZeroDivisionError(), "error"),
    ],
)
def test_a_call_that_fails_is_counted_and_fails(error, outcome):
    calls = Calls()

    def fail():
        raise error

    with pytest.raises(type(error)) as raised:
        counted_call(calls, "tmdb", fail)
    assert raised.value is error
    assert calls.counted == [("tmdb", outcome)]
    assert outcome in OUTCOMES


def test_a_call_that_succeeds_is_counted():
    calls = Calls()
    assert counted_call(calls, "tmdb", lambda: 5) == 5
    assert calls.counted == [("tmdb", "ok")]


@pytest.mark.parametrize("name", METHODS)
def test_every_meter_counts(meters, figures, name):
    before = {(sample.name, *sample.labels.values()): sample.value for sample in samples(figures)}
    getattr(meters, name)(*CALLS[name])
    after = {(sample.name, *sample.labels.values()): sample.value for sample in samples(figures)}
    assert before != after


def samples(figures):
    return [sample for family in figures.registry.collect() for sample in family.samples]


@pytest.mark.parametrize("name", METHODS)
def test_without_meters_nothing_is_counted(name):
    assert getattr(NO_METERS, name)(*CALLS[name]) is None


def test_what_may_happen_is_at_zero_before_it_does(meters, figures):
    assert {value(figures, "rate_limit_rejections_total", limit=limit) for limit in LIMITS} == {0}
    assert {value(figures, "bad_tokens_total", kind=kind) for kind in TOKENS} == {0}
    assert {value(figures, "source_calls_total", source="tmdb", outcome=outcome) for outcome in OUTCOMES} == {0}
    assert value(figures, "storage_unavailable_total") == 0


@pytest.mark.parametrize("method", ["patch", "TRACE", "FOO", ""])
def test_a_method_that_is_none_of_ours_is_another(meters, figures, method):
    meters.request(None, method, 405, 0.1)
    assert value(figures, "http_requests_total", route="none", method="other", status="405") == 1


def test_a_request_is_in_the_buckets_that_it_fits_in(meters, figures):
    meters.request("movie", "GET", 200, 0.003)
    bucket = {
        limit: value(figures, "http_request_duration_seconds_bucket", route="movie", le=limit)
        for limit in ("0.0025", "0.005", "+Inf")
    }
    assert bucket == {"0.0025": 0, "0.005": 1, "+Inf": 1}


@pytest.mark.parametrize("name", METHODS)
def test_a_meter_that_breaks_harms_no_request_and_is_told_once(meters, figures, caplog, name):
    class Broken:
        def labels(self, *_):
            raise OSError("No space left on device")

    for figure in ("requests", "cache_answers", "source_calls", "rejections", "bad_tokens", "storage_unavailable"):
        setattr(figures, figure, Broken())
    for _ in range(3):
        getattr(meters, name)(*CALLS[name])
    (line,) = caplog.records
    assert (line.levelno, line.name) == (logging.ERROR, "moviecatalog.metrics.prometheus")
    assert "No space left" in str(line.exc_info[1])


def test_figures_are_not_on_the_registry_of_the_process(meters):
    from prometheus_client import REGISTRY

    assert not [family.name for family in REGISTRY.collect() if family.name.startswith("moviecatalog")]


@pytest.mark.parametrize(("name", "refreshes"), [("request", 1), ("source_call", 1), ("cache_answer", 0)])
def test_gauges_are_refreshed_by_what_may_change_them(figures, name, refreshes):
    refreshed = []
    meters = PrometheusMeters(figures, ["tmdb"], refresh=lambda: refreshed.append(1))
    getattr(meters, name)(*CALLS[name])
    assert len(refreshed) == refreshes
