"""Plugins as strangers write them: found by entry point, declared by a directive."""

import sys
import textwrap

import pytest
from pyramid.exceptions import ConfigurationConflictError

from moviecatalog.plugins.storages.memory import MemoryStorage
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.application import close_app, make_app

CACHE = """
    from dataclasses import dataclass

    from moviecatalog.plugins.caches.base import Cache
    from moviecatalog.plugins.caches.region import json_region
    from moviecatalog.settings import parsers
    from moviecatalog.settings.reader import setting


    @dataclass(frozen=True, kw_only=True)
    class StrangersSettings:
        colour: str = setting(parsers.choice("red", "blue"), "its colour")


    class StrangersCache(Cache):
        Settings = StrangersSettings
        contract_version = {version}

        def __init__(self, colour):
            self.colour = colour
            self.region = json_region("dogpile.cache.memory")

        @classmethod
        def from_settings(cls, settings):
            return cls(settings.colour)

        def check(self):
            pass


    def includeme(config):
        config.add_cache({name!r}, {factory})
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A package of somebody's own, with an entry point among the caches, on the path."""

    def install(version=1, name="strangers", factory="StrangersCache.from_settings", more="", code=None):
        source = CACHE.format(version=version, name=name, factory=factory) if code is None else code
        (tmp_path / "strangers_cache.py").write_text(textwrap.dedent(source) + textwrap.dedent(more))
        metadata = tmp_path / "strangers_cache-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers-cache\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[moviecatalog.caches]\nstrangers = strangers_cache [speed]\n")
        monkeypatch.syspath_prepend(tmp_path)

    yield install
    sys.modules.pop("strangers_cache", None)


def start(**settings):
    return make_app({f"moviecatalog.{name}": value for name, value in settings.items()})


def problem(**settings):
    with pytest.raises(SettingsError) as raised:
        start(**settings)
    return str(raised.value)


def test_a_strangers_plugin_is_chosen_by_one_line(install):
    install()
    app = start(cache="strangers", **{"cache.strangers.colour": "red"})
    assert app.app.registry.plugins.cache.colour == "red"
    assert app.get("/api/movies/popular/").headers["X-Cache"] == "MISS"
    assert app.get("/api/movies/popular/").headers["X-Cache"] == "HIT"
    close_app(app)


def test_its_settings_are_checked_like_ours(install):
    install()
    text = problem(cache="strangers", **{"cache.strangers.color": "red"})
    assert "moviecatalog.cache.strangers.colour: is required: its colour" in text
    assert "did you mean 'moviecatalog.cache.strangers.colour'?" in text


def test_a_plugin_that_is_not_chosen_is_not_even_imported(install):
    install(code="raise RuntimeError('imported')")
    close_app(start(**{"cache.strangers.colour": "green"}))


def test_one_of_another_contract_version_is_refused(install):
    install(version=7)
    text = problem(cache="strangers", **{"cache.strangers.colour": "red"})
    assert "was written for version 7 of the cache contract; this moviecatalog has version 1" in text


@pytest.mark.parametrize("version", ["'1'", "None", "1.0"])
def test_one_whose_contract_version_is_no_integer_is_refused(install, version):
    install(version=version)
    text = problem(cache="strangers", **{"cache.strangers.colour": "red"})
    assert f"was written for version {version} of the cache contract" in text
    assert "versions are integers" in text


@pytest.mark.parametrize(
    "wrong", [{"name": "others"}, {"factory": "lambda settings: None"}, {"factory": "dict.fromkeys"}], ids=str
)
def test_one_that_declares_something_else_is_refused(install, wrong):
    install(**wrong)
    text = problem(cache="strangers", **{"cache.strangers.colour": "red"})
    assert "must declare, under its own name, the from_settings of a subclass of Cache" in text


def test_one_that_lacks_a_library_names_the_extra_that_brings_it(install):
    install(code="import a_library_that_is_not_there")
    text = problem(cache="strangers", **{"cache.strangers.colour": "red"})
    assert "'strangers' can't be loaded (No module named 'a_library_that_is_not_there')" in text
    assert "pip install 'strangers-cache[speed]'" in text


def test_two_declarations_of_one_name_are_a_conflict(install):
    install(
        more="""
        def again(config):
            config.add_cache("strangers", StrangersCache.from_settings)


        def once_more(config):
            config.add_cache("strangers", StrangersCache.from_settings)


        def includeme(config):
            config.include(again)
            config.include(once_more)
        """
    )
    with pytest.raises(ConfigurationConflictError):
        start(cache="strangers", **{"cache.strangers.colour": "red"})


NOTES_ITS_CLOSING = """
    class NotingCache(StrangersCache):
        closed = []

        def close(self):
            self.closed.append(self.colour)


    def includeme(config):
        config.add_cache("strangers", NotingCache.from_settings)
"""


class TestAStartThatFails:
    """Whatever the reason, what had been built by then is closed."""

    @pytest.fixture
    def closed(self, install):
        install(more=NOTES_ITS_CLOSING)

        def closed():
            return sys.modules["strangers_cache"].NotingCache.closed

        return closed

    @pytest.mark.parametrize(
        "wrong",
        [
            {"source.sample.path": "/nowhere/films.jsonl"},
            {"storage": "sqlalchemy", "storage.sqlalchemy.url": "sqlite:////nowhere/catalogue.sqlite"},
            {"cache.ttl": "soon"},
            {"includes": "no.such.module"},
        ],
        ids=["at building", "at preparing", "at reading", "at importing"],
    )
    def test_for_what_the_settings_say(self, closed, wrong):
        problem(cache="strangers", **{"cache.strangers.colour": "red"}, **wrong)
        assert closed() == ["red"]

    def test_for_an_includable_that_breaks(self, closed, tmp_path):
        (tmp_path / "strangers_cache_more.py").write_text("def includeme(config):\n    raise RuntimeError('broken')\n")
        with pytest.raises(RuntimeError, match="broken"):
            start(cache="strangers", includes="strangers_cache_more", **{"cache.strangers.colour": "red"})
        assert closed() == ["red"]

    def test_for_a_plugin_that_breaks(self, closed, monkeypatch):
        def break_down(_):
            raise RuntimeError("broken")

        # Built after the cache.
        monkeypatch.setattr(MemoryStorage, "__init__", break_down)
        with pytest.raises(RuntimeError, match="broken"):
            start(cache="strangers", **{"cache.strangers.colour": "red"})
        assert closed() == ["red"]


def test_one_that_fails_to_close_keeps_no_other_from_it(install):
    install(
        more="""
        class StubbornCache(StrangersCache):
            def close(self):
                raise RuntimeError("stubborn")


        def includeme(config):
            config.add_cache("strangers", StubbornCache.from_settings)
        """
    )
    app = start(cache="strangers", **{"cache.strangers.colour": "red"})
    closed = []
    app.app.registry.plugins.storage.close = lambda: closed.append("storage")
    app.app.registry.plugins.sources["sample"].close = lambda: closed.append("source")
    with pytest.raises(RuntimeError, match="stubborn"):
        close_app(app)
    assert sorted(closed) == ["source", "storage"]


def test_what_is_found_wrong_by_trying_is_told_with_everything_else(install):
    install(
        more="""
        from moviecatalog.settings.reader import Problem, SettingsError


        class PickyCache(StrangersCache):
            @classmethod
            def from_settings(cls, settings):
                raise SettingsError([Problem("moviecatalog.cache.strangers.colour", "nobody sells it")])


        def includeme(config):
            config.add_cache("strangers", PickyCache.from_settings)
        """
    )
    text = problem(
        cache="strangers",
        colour="green",
        includes="no.such.module no.other.module",
        **{"cache.strangers.colour": "red", "cache.ttl": "soon", "source.sample.path": "/nowhere/films.jsonl"},
    )
    assert text.startswith("6 problems in the settings:")
    assert "moviecatalog.cache.strangers.colour: nobody sells it" in text
    assert "the film file '/nowhere/films.jsonl' can't be read" in text
    assert "'no.such.module' can't be imported" in text
    assert "'no.other.module' can't be imported" in text


def test_a_plugin_whose_settings_are_wrong_is_not_built(install):
    install(factory="StrangersCache.from_settings", more="StrangersCache.__init__ = None")
    assert "'green' won't do" in problem(cache="strangers", **{"cache.strangers.colour": "green"})


def test_a_plugin_may_add_services_of_its_own(install):
    install(
        more="""
        from moviecatalog.views.service import Service

        hello = Service("hello", "/hello/", tag="Hello")
        hello.get()(lambda request: {"hello": "world"})


        def includeme(config):
            config.add_cache("strangers", StrangersCache.from_settings)
            config.add_api_service(hello)
        """
    )
    app = start(cache="strangers", **{"cache.strangers.colour": "red"})
    assert app.get("/api/hello/").json == {"hello": "world"}
    close_app(app)
