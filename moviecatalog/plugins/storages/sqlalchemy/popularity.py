"""Popularity as an integer, by which movies are put in line."""

from __future__ import annotations

import math
import struct

from moviecatalog.plugins.storages.sqlalchemy.tables import ID_BITS

KEY_BITS = 32
SPAN = 1 << KEY_BITS
EXPONENT_BITS = 6
DROPPED_BITS = 52 - (KEY_BITS - EXPONENT_BITS)
LEAST_EXPONENT = (1023 - (1 << (EXPONENT_BITS - 1))) << (KEY_BITS - EXPONENT_BITS)


def popularity_key(popularity: float) -> int:
    """32 bits, signed, the less the more popular: 26 of the number's binary digits, which are eight decimal ones.

    Popularities that differ by less are in the order of their ids.
    """
    bits = int.from_bytes(struct.pack(">d", popularity), signed=True)
    height = min(max((bits >> DROPPED_BITS) - LEAST_EXPONENT, 0), SPAN - 1)
    return SPAN // 2 - 1 - height


def first_place(popularity: float) -> int:
    """Before it all are more popular than this."""
    return popularity_key(popularity) << ID_BITS


def last_place(popularity: float) -> int:
    """Where the last one may stand that is as popular as this."""
    return first_place(popularity) + (1 << ID_BITS) - 1


def is_least_of_its_key(popularity: float) -> bool:
    """Whether all up to its `last_place` are as popular as this, as behind round figures."""
    return popularity_key(math.nextafter(popularity, -1.0)) != popularity_key(popularity)
