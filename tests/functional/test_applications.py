"""What a deployer sees at start, and two applications in one process."""

import pytest

from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.application import TEST_SETTINGS, close_app, make_app
from moviecatalog.testing.client import ApiClient
from tests.functional import shelf_source
from tests.functional.described import described


def problems(**settings):
    with pytest.raises(SettingsError) as raised:
        make_app({f"moviecatalog.{name}": value for name, value in settings.items()})
    return str(raised.value)


def test_two_applications_with_different_settings_live_in_one_process():
    one = ApiClient(described(make_app({"moviecatalog.image_base_url": "https://one.example/"})))
    other = ApiClient(
        described(make_app({"moviecatalog.image_base_url": "https://other.example/", "moviecatalog.cache": "none"}))
    )
    assert one.register("ann").status_code == other.register("ann").status_code == 201
    assert one.get("/movies/1/").json["poster_url"].startswith("https://one.example/")
    assert other.get("/movies/1/").json["poster_url"].startswith("https://other.example/")
    token = one.sign_up("bob")
    one.post("/movies/1/rate/", {"rating": 9}, token)
    assert other.get("/movies/1/").json["average_rating"] is None
    for api in (one, other):
        close_app(api.app)


def test_an_unknown_plugin_is_reported_with_what_there_is_and_was_meant():
    text = problems(cache="memroy")
    assert "moviecatalog.cache: no cache named 'memroy' is installed" in text
    assert "memory, none" in text
    assert "did you mean 'memory'?" in text


def test_all_problems_are_in_one_message():
    text = problems(cache="redsi", storage="nosql", **{"auth.secret": "short", "cache.ttl": "soon", "colour": "red"})
    assert text.startswith("5 problems in the settings:")
    assert "short" not in text.replace("moviecatalog.auth.secret", "").replace("64 bytes", "")


def test_a_missing_secret_is_reported():
    settings = {name: value for name, value in TEST_SETTINGS.items() if "secret" not in name}
    from moviecatalog import main

    with pytest.raises(SettingsError, match=r"moviecatalog\.auth\.secret: is required"):
        main({}, **settings)


def test_a_setting_that_a_plugin_does_not_have_is_reported():
    assert "did you mean 'moviecatalog.cache.memory.max_bytes'" in problems(**{"cache.memory.max_byte": "5"})


def test_lines_of_other_plugins_may_stand_beside():
    close_app(make_app({"moviecatalog.storage.sqlalchemy.url": "sqlite:///unused.sqlite"}))


@pytest.mark.parametrize(
    ("names", "first", "while_the_shelf_is_away"),
    [("shelf sample", "Metropolis", "Nosferatu"), ("sample shelf", "Nosferatu", "Nosferatu")],
)
def test_several_sources_are_heard_in_the_order_in_which_they_are_named(
    tmp_path, monkeypatch, names, first, while_the_shelf_is_away
):
    shelf_source.install(tmp_path, monkeypatch)
    titles = tmp_path / "titles.txt"
    titles.write_text("Metropolis\n", encoding="utf-8")
    films = tmp_path / "films.jsonl"
    films.write_text('{"tmdb_id": 653, "title": "Nosferatu"}\n')
    app = make_app(
        {
            "moviecatalog.source": names,
            "moviecatalog.source.shelf.path": str(titles),
            "moviecatalog.source.sample.path": str(films),
            "moviecatalog.cache": "none",
        }
    )

    def most_popular():
        return app.get("/api/movies/popular/").json["results"][0]["title"]

    assert list(app.app.registry.plugins.sources) == names.split()
    assert most_popular() == first
    titles.unlink()
    assert most_popular() == while_the_shelf_is_away
    close_app(app)


def test_two_plugins_where_one_can_be_chosen_are_reported():
    assert "names 2 plugins" in problems(storage="memory sqlalchemy")


def test_a_film_file_that_is_missing_is_reported():
    assert "can't be read (No such file or directory)" in problems(**{"source.sample.path": "/nowhere/films.jsonl"})


def test_a_database_without_schema_says_what_to_run(tmp_path):
    text = problems(storage="sqlalchemy", **{"storage.sqlalchemy.url": f"sqlite:///{tmp_path}/new.sqlite"})
    assert "moviecatalog migrate" in text


def test_a_database_that_cannot_be_opened_is_reported():
    text = problems(storage="sqlalchemy", **{"storage.sqlalchemy.url": "sqlite:////nowhere/at/all.sqlite"})
    assert "/nowhere/at/all.sqlite" in text


def test_further_includables_are_included(tmp_path, monkeypatch):
    (tmp_path / "extension_of_ones_own.py").write_text(
        "def includeme(config):\n"
        "    config.add_route('hello', '/hello/')\n"
        "    config.add_view(lambda request: {'hello': 'world'}, route_name='hello', renderer='json')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    app = make_app({"moviecatalog.includes": "extension_of_ones_own"})
    assert app.get("/api/hello/").json == {"hello": "world"}
    close_app(app)


def test_an_includable_that_is_not_there_is_reported():
    assert "moviecatalog.includes: 'no.such.module' can't be imported" in problems(includes="no.such.module")
