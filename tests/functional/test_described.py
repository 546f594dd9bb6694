"""That answers which aren't as described are noticed: all the other functional tests count on it."""

import copy
import json

import pytest

from tests.functional.described import Description, Got, check, shipped


@pytest.fixture(scope="module")
def document():
    return json.loads(shipped())


def answer(status=200, body=None, content_type="application/json", **headers):
    return Got(status, list(headers.items()), content_type, b"" if body is None else json.dumps(body).encode())


def got(document, found, path="/api/genres/", method="GET"):
    check(Description(document), method, path, found)


GENRES = [{"id": 28, "name": "Action"}]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/genres/"), ("GET", "/api/genres"), ("HEAD", "/api/genres/")]
)
def test_what_is_described_passes(document, method, path):
    got(document, answer(body=GENRES, ETag='"x"'), path, method)


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (answer(204), "not described"),
        (answer(body=GENRES, **{"X-New": "1"}), "header X-New"),
        (answer(body=GENRES, **{"X-RateLimit-Limit": "many"}), "X-RateLimit-Limit"),
        (answer(body=GENRES, content_type="text/html"), "as text/html"),
        (answer(body=[{"id": "28", "name": "Action"}]), "0.id"),
        (answer(body=[{"id": 28}]), '"name" is a required property'),
        (answer(body=[{"id": 28, "name": "Action", "films": 3}]), "films"),
        (answer(404, {"detail": 1}), "not described"),
    ],
)
def test_what_is_not_described_is_noticed(document, found, complaint):
    with pytest.raises(AssertionError, match=complaint):
        got(document, found)


def test_a_path_of_none_is_refused_and_nothing_else(document):
    got(document, answer(404, {"detail": "Not found."}), "/api/nothing/")
    with pytest.raises(AssertionError, match="no operation"):
        got(document, answer(body=[]), "/api/nothing/")


def test_an_operation_that_is_not_described_is_noticed(document):
    less = copy.deepcopy(document)
    del less["paths"]["/genres/"]
    with pytest.raises(AssertionError, match="no operation"):
        got(less, answer(body=GENRES))
