"""The API's pages in a real browser, served by the command."""

import json
from importlib.resources import files

import pytest

from moviecatalog.testing.client import PASSWORD
from tests.engines.browser import Browser
from tests.engines.sample import sample_server
from tests.standins.pictures import Pictures

FILMS = files("moviecatalog.plugins.sources.sample").joinpath("films.jsonl")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def pictures():
    pictures = Pictures()
    yield pictures
    pictures.close()


@pytest.fixture(scope="session")
def origin(tmp_path_factory, pictures):
    """The shipped films, each with a poster of its own."""
    folder = tmp_path_factory.mktemp("served")
    films = [json.loads(line) for line in FILMS.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(film | {"poster_path": f"/poster-{number}.png"}) for number, film in enumerate(films)]
    (folder / "films.jsonl").write_text("\n".join(lines), encoding="utf-8")
    settings = {
        "moviecatalog.source.sample.path": str(folder / "films.jsonl"),
        "moviecatalog.image_base_url": pictures.url,
    }
    with sample_server(folder, settings) as origin:
        yield origin


@pytest.fixture(scope="session")
def account():
    return {"username": "newuser", "email": "newuser@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
