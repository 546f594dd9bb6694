import pytest

from moviecatalog.domain.errors import InvalidInput
from moviecatalog.http.input import parse_json_object


def test_an_object_is_what_it_says():
    assert parse_json_object('{"a": [1, 2.5, null, true, "é"], "b": {}}'.encode()) == {
        "a": [1, 2.5, None, True, "é"],
        "b": {},
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not valid JSON, at line 1, column 1"),
        (b'{"a":\n 1,}', "not valid JSON, at line 2"),
        (b"[]", "must be a JSON object"),
        (b'{"a": -Infinity}', "no NaN and no Infinity"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "too large"),
        (b'{"a": 1, "a": 2}', "gives a name twice"),
        (b"\xff", "not UTF-8"),
        (b"[" * 50_000, "nested too deeply"),
    ],
    ids=lambda value: repr(value[:25]),
)
def test_what_cannot_be_taken_says_why(body, reason):
    with pytest.raises(InvalidInput) as raised:
        parse_json_object(body)
    assert reason in raised.value.details["non_field_errors"][0]
