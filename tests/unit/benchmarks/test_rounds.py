"""What is made of variants that took turns."""

import itertools

import pytest

from benchmarks.rounds import Measured, Rounds


def variant(*rates, cpu=0.0):
    """One that answers at these rates, round by round."""
    left = iter(rates)
    return lambda: Measured(next(left), 1_000, p50=1.0, p99=2.0, cpu=cpu)


def test_the_ratio_is_the_median_of_the_rounds_own():
    # In the second round something else kept the machine busy, and hit both.
    rounds = Rounds({"api": variant(50, 5, 60), "bare": variant(100, 10, 100)}, 3)
    assert rounds.ratio("api", "bare") == 0.5
    assert rounds.spread("api", "bare") == (0.5, 0.6)
    assert rounds.rate("bare") == 100


def test_variants_take_turns():
    turns = itertools.count()
    seen = {"first": [], "second": []}

    def run(name):
        def measured():
            seen[name].append(next(turns))
            return Measured(1, 1, 0.0, 0.0, 0.0)

        return measured

    Rounds({name: run(name) for name in seen}, 3)
    assert seen == {"first": [0, 2, 4], "second": [1, 3, 5]}


def test_cpu_time_is_that_of_all_rounds_by_all_requests():
    rounds = Rounds({"api": variant(1, 1, cpu=0.05)}, 2)
    assert rounds.microseconds("api") == pytest.approx(50)
