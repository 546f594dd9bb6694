"""A client made from /api/openapi.json by a public generator, at work on the running server."""

import importlib
import json
import os
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engines.sample import sample_server

NAME = "catalogue_client"


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with sample_server(tmp_path_factory.mktemp("served")) as origin:
        yield origin


@pytest.fixture(scope="module")
def document(origin):
    with urllib.request.urlopen(f"{origin}/api/openapi.json") as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, document):
    """Where the generated package is. What the generator can't make use of, it warns of."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    generator = "from openapi_python_client.cli import app; app()"
    options = ("--path", "openapi.json", "--meta", "none", "--output-path", NAME, "--fail-on-warning")
    command = [sys.executable, "-c", generator, "generate", *options]
    # It has its code formatted by ruff, which stands beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = os.environ | {"PATH": path}
    done = subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, text=True)
    assert "Warning" not in done.stdout
    return folder


class Generated:
    """The client's modules by their short names, and its calls by the operations' ids."""

    def __init__(self, origin, tags, resources):
        self.models = importlib.import_module(f"{NAME}.models")
        self._clients = importlib.import_module(f"{NAME}.client")
        self._url = f"{origin}/api"
        self._tags = tags
        self._resources = resources

    def client(self):
        return self._resources.enter_context(self._clients.Client(base_url=self._url))

    def signed_in(self, token):
        return self._resources.enter_context(self._clients.AuthenticatedClient(base_url=self._url, token=token))

    def call(self, operation, **values):
        module = importlib.import_module(f"{NAME}.api.{self._tags[operation]}.{operation}")
        return module.sync_detailed(**values)


@pytest.fixture
def generated(folder, origin, document, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    operations = [it for methods in document["paths"].values() for it in methods.values()]
    tags = {it["operationId"]: it["tags"][0].lower() for it in operations}
    with ExitStack() as resources:
        yield Generated(origin, tags, resources)


def test_it_signs_up_browses_rates_and_favourites(generated):
    call, models = generated.call, generated.models
    anybody = generated.client()
    account = models.RegistrationBody(
        username="newuser",
        email="newuser@example.com",
        password="correct horse battery",
        password_confirm="correct horse battery",
    )
    assert call("register", client=anybody, body=account).parsed.user.username == "newuser"
    credentials = models.SignInBody(username="newuser", password="correct horse battery")
    tokens = call("sign_in", client=anybody, body=credentials).parsed
    signed_in = generated.signed_in(tokens.access)

    page = call("search_movies", client=anybody, q="fight club", page_size=1).parsed
    (movie,) = page.results
    assert (movie.title, movie.release_date.year, movie.is_favorite) == ("Fight Club", 1999, False)
    ordering = models.ListMoviesOrdering("-vote_average")
    best, rest = call("list_movies", client=signed_in, page_size=2, ordering=ordering, genre=[18]).parsed.results
    assert best.vote_average >= rest.vote_average

    rated = call("rate_post", client=signed_in, id=movie.id, body=models.RatingBody(rating=9, review="Twice."))
    assert (rated.status_code, rated.parsed.rating, rated.parsed.movie.id) == (201, 9, movie.id)
    changed = call("change_rating", client=signed_in, id=movie.id, body=models.RatingChangeBody(rating=8))
    assert (changed.parsed.rating, changed.parsed.review) == (8, "Twice.")
    assert call("add_favorite", client=signed_in, id=movie.id).status_code == 201

    (favorite,) = call("list_favorites", client=signed_in).parsed.results
    assert (favorite.movie.id, favorite.movie.is_favorite, favorite.movie.user_rating) == (movie.id, True, 8)
    details = call("get_movie", client=signed_in, id=movie.id)
    assert details.parsed.average_rating == 8.0
    unchanged = call("get_movie", client=signed_in, id=movie.id, if_none_match=details.headers["ETag"])
    assert (unchanged.status_code, unchanged.parsed) == (304, None)
    assert call("remove_favorite", client=signed_in, id=movie.id).status_code == 200
    assert call("list_favorites", client=signed_in).parsed.count == 0


def test_errors_come_as_the_models_that_are_described(generated):
    anybody = generated.client()
    wrong = generated.call("search_movies", client=anybody, q="").parsed
    assert isinstance(wrong, generated.models.InvalidRequest)
    assert list(wrong.details.to_dict()) == ["q"]
    missing = generated.call("get_movie", client=anybody, id=10**17)
    assert (missing.status_code, missing.parsed.detail) == (404, "Not found.")
    not_signed_in = generated.call("add_favorite", client=anybody, id=1)
    assert (not_signed_in.status_code, not_signed_in.parsed.detail) == (
        401,
        "Authentication credentials were not provided.",
    )
