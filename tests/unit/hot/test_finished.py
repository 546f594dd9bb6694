from dataclasses import replace

import pytest

from moviecatalog.domain.freshness import CacheState
from moviecatalog.hot import finished
from moviecatalog.hot.finished import OVERHEAD_BYTES, FinishedAnswer, FinishedAnswers

ANSWER = FinishedAnswer(
    body=b"x" * 1_000,
    movie_ids=(),
    rated=False,
    headers=(),
    etag="e",
    route="popular",
    state=CacheState.HIT,
    made_at=0.0,
    ends_at=10.0,
    version=1,
)


@pytest.fixture
def at(monkeypatch):
    return lambda seconds: monkeypatch.setattr(finished, "now", lambda: seconds)


def test_holds_until_its_end(at):
    at(9.9)
    assert ANSWER.holds(1)
    at(10.0)
    assert not ANSWER.holds(1)


def test_does_not_hold_under_another_version(at):
    at(0.0)
    assert not ANSWER.holds(2)


def test_those_asked_for_longest_ago_go_first():
    answers = FinishedAnswers(3 * (1_000 + OVERHEAD_BYTES))
    for path in ("a", "b", "c"):
        answers.keep((path,), ANSWER)
    assert answers.get(("a",)) is ANSWER
    answers.keep(("d",), ANSWER)
    assert [path for path in "abcd" if answers.get((path,))] == ["a", "c", "d"]


def test_one_larger_than_all_together_may_be_is_not_kept():
    answers = FinishedAnswers(3_000)
    answers.keep(("a",), replace(ANSWER, body=b"x" * 3_000))
    assert answers.get(("a",)) is None
