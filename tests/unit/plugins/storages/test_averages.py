import pytest

from moviecatalog.plugins.storages.averages import average


@pytest.mark.parametrize(
    ("rating_sum", "rating_count", "expected"),
    [(0, 0, None), (7, 1, 7.0), (20, 3, 6.67), (10, 3, 3.33), (49, 8, 6.13), (1, 8, 0.13)],
)
def test_averages_have_two_decimals_with_halves_up(rating_sum, rating_count, expected):
    assert average(rating_sum, rating_count) == expected
