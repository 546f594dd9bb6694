import dataclasses

import pytest

from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord
from moviecatalog.services.tallies import Tally
from moviecatalog.testing.factories import FAR, LONG_AGO, make_credentials, make_movie

RECORDS = [
    make_movie(popularity=2.5),
    make_credentials(),
    FavoriteRecord(1, 2, 3, LONG_AGO),
    RatingRecord(1, 2, 3, 4, None, LONG_AGO, LONG_AGO),
    EndedToken("id", 1, FAR),
]


def tally(*records):
    tally = Tally()
    assert list(tally.over(records)) == list(records)
    return tally.count, tally.digest


def test_the_same_records_give_the_same():
    assert tally(*RECORDS) == tally(*RECORDS)
    assert tally(*RECORDS)[0] == len(RECORDS)


def test_order_counts():
    assert tally(*RECORDS) != tally(*reversed(RECORDS))


def test_where_one_record_ends_counts():
    assert tally(EndedToken("a", 1, FAR), EndedToken("b", 1, FAR)) != tally(EndedToken("ab", 1, FAR))


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        (RECORDS[0], "popularity", 2.6),
        (RECORDS[0], "genre_ids", (1,)),
        (RECORDS[0], "overview", "Other"),
        (RECORDS[0], "refreshed_at", FAR),
        (RECORDS[1], "password_hash", "other"),
        (RECORDS[1], "user", dataclasses.replace(RECORDS[1].user, bio="Other")),
        (RECORDS[2], "created_at", FAR),
        (RECORDS[3], "review", "Other"),
        (RECORDS[4], "expires_at", LONG_AGO),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_field_counts(record, field, value):
    assert tally(record) != tally(dataclasses.replace(record, **{field: value}))


def test_a_figure_is_the_same_as_an_integer_and_as_a_float():
    whole = make_movie(popularity=7, vote_average=8)
    same = dataclasses.replace(whole, popularity=7.0, vote_average=8.0)
    assert whole == same
    assert tally(whole) == tally(same)
