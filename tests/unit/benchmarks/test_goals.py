"""Whether a figure is what it was to be."""

import pytest

from benchmarks.goals import Claim, at_least, at_most


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (at_least(0.15), 0.15, "met"),
        (at_least(0.15), 0.149, "**not met**"),
        (at_least(0.15, 0.25), 0.2, "met, not the aim"),
        (at_least(0.15, 0.25), 0.25, "met, and the aim"),
        (at_least(0.15, 0.25), 0.1, "**not met**"),
        (at_most(2), 2, "met"),
        (at_most(2), 3, "**not met**"),
        (at_most(2, 1), 1, "met, and the aim"),
        (at_most(2, 1), 1.5, "met, not the aim"),
    ],
)
def test_a_bound_itself_is_within_it(goal, figure, verdict):
    assert Claim("sign-in", "SQL statements", figure, goal).verdict == verdict


def test_without_a_goal_there_is_no_verdict():
    assert Claim("my favourites", "of bare Pyramid's rate", 0.5).verdict == ""
