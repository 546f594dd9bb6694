"""What plugins tell of themselves, and how all of it is shown."""

import pytest

from moviecatalog.metrics.gauges import Gauges, Part
from moviecatalog.metrics.prometheus import Figures, PrometheusMeters
from moviecatalog.metrics.scrape import Scrape


def shown(*parts, name="a"):
    figures = Figures(name)
    scrape = Scrape(figures, Gauges(figures, parts), None)
    return lambda: {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for _ in [scrape.text()]
        for metric in scrape.collect()
        for sample in metric.samples
    }


def test_gauges_are_named_after_the_kind_and_labelled_by_the_plugin():
    told = shown(
        Part("source", lambda: {"breaker_open": True}, {"source": "one"}),
        Part("source", lambda: {"breaker_open": False}, {"source": "other"}),
        Part("storage", lambda: {"pool_size": 5}),
        Part("cache", dict),
    )
    assert told() == {
        ("moviecatalog_source_breaker_open", ("source", "one")): 1,
        ("moviecatalog_source_breaker_open", ("source", "other")): 0,
        ("moviecatalog_storage_pool_size",): 5,
    }


def test_gauges_are_those_of_now():
    now = {"pool_checked_out": 1}
    told = shown(Part("storage", lambda: now))
    assert told() == {("moviecatalog_storage_pool_checked_out",): 1}
    now["pool_checked_out"] = 3
    assert told() == {("moviecatalog_storage_pool_checked_out",): 3}


def broken():
    raise RuntimeError("no figures today")


@pytest.mark.parametrize(
    "gauges", [broken, lambda: {"no name!": 1}, lambda: {"pool": "many"}, lambda: None, lambda: {"unavailable": 1}]
)
def test_a_plugin_that_tells_nonsense_is_left_out_and_named_once(caplog, gauges):
    told = shown(Part("storage", gauges), Part("cache", lambda: {"entries": 7}))
    for _ in range(3):
        assert told()["moviecatalog_cache_entries",] == 7
    (line,) = caplog.records
    assert line.getMessage().startswith("the storage can't tell its figures")


def test_what_keeps_applications_apart_is_not_shown():
    figures = Figures("keep-apart")
    PrometheusMeters(figures, ["tmdb"], refresh=lambda: None).bad_token("access")
    text, _ = Scrape(figures, Gauges(figures, ()), None).text()
    assert b'moviecatalog_bad_tokens_total{kind="access"} 1.0' in text
    assert b"keep-apart" not in text
    assert b"_created" not in text
