"""The mean of a movie's ratings, rounded alike by every storage."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def average(rating_sum: int, rating_count: int) -> float | None:
    """To two decimals, halves up; None where nobody has rated.

    In decimals, since `round` works on the nearest binary fraction: it would make 6.12 of 6.125.
    """
    if not rating_count:
        return None
    return float((Decimal(rating_sum) / rating_count).quantize(HUNDREDTH, ROUND_HALF_UP))
