"""The ini files that ship are true: their lines are settings, and what they call a default is one."""

import dataclasses
import re
from importlib.metadata import entry_points
from pathlib import Path
from unittest.mock import Mock

import plaster
import pytest

from moviecatalog.plugins.kinds import KINDS
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader, environment_name, setting_name

ROOT = Path(__file__).parents[2]
SECRETS = {
    "MOVIECATALOG_AUTH_SECRET": "s" * 64,
    "MOVIECATALOG_SOURCE_TMDB_API_KEY": "0" * 32,
    "MOVIECATALOG_CACHE_REDIS_URL": "redis://localhost",
}
LINE = re.compile(r"^(?P<off>#?)(?P<name>moviecatalog\.[a-z0-9_.]+) *= *(?P<value>.*)$")
DIRECTIVES = {"source": "add_movie_source", "cache": "add_cache", "storage": "add_storage"}


class Recorder(SettingsReader):
    """Remembers the field of every setting that is read."""

    def __init__(self, ini, environ):
        super().__init__(ini, environ)
        self.fields = {}

    def read(self, cls, prefix):
        self.fields |= {setting_name(prefix, field): field for field in dataclasses.fields(cls)}
        return super().read(cls, prefix)


def plugin_settings():
    """The settings class of every plugin that ships, by the prefix of its lines."""
    for kind in KINDS:
        for entry_point in entry_points(group=kind.group):
            if entry_point.value.startswith("moviecatalog."):
                config = Mock()
                entry_point.load().includeme(config)
                name, factory = getattr(config, DIRECTIVES[kind.name]).call_args.args
                yield f"{kind.setting}.{name}", factory.__self__.Settings


def read(name):
    """A reader that has read every setting there is out of this ini file."""
    loader = plaster.get_loader(str(ROOT / name), protocols=["wsgi"])
    reader = Recorder(loader.get_wsgi_app_settings("main"), SECRETS)
    CoreSettings.read(reader)
    for prefix, cls in plugin_settings():
        reader.read(cls, prefix)
    return reader


def commented_lines():
    """Each setting that development.ini shows but doesn't set, and whether its value is only an example."""
    before = ""
    for line in (ROOT / "development.ini").read_text(encoding="ascii").splitlines():
        match = LINE.match(line)
        if match and match["off"]:
            yield match["name"], match["value"], before.endswith("For example:")
        before = line


@pytest.fixture(scope="module")
def fields():
    return read("development.ini").fields


@pytest.mark.parametrize("name", ["development.ini", "production.ini"])
def test_every_line_is_a_setting_with_a_value_that_will_do(name):
    read(name).finish()


def test_development_shows_every_setting(fields):
    lines = (ROOT / "development.ini").read_text(encoding="ascii").splitlines()
    shown = {match["name"] for line in lines if (match := LINE.match(line))}
    assert shown == fields.keys() - {"moviecatalog.auth.secret", "moviecatalog.source.tmdb.api_key"}


@pytest.mark.parametrize(("name", "value", "is_example"), list(commented_lines()))
def test_a_commented_line_shows_the_default_or_an_example(fields, name, value, is_example):
    parsed = fields[name].metadata["parse"](value)
    assert (parsed == fields[name].default) is not is_example


@pytest.mark.parametrize("name", ["development.ini", "production.ini"])
def test_no_secret_is_in_it_but_its_variable_is_named(fields, name):
    text = (ROOT / name).read_text(encoding="ascii")
    for setting in (setting for setting, field in fields.items() if field.metadata["secret"]):
        values = re.findall(rf"^#?{re.escape(setting)} *= *(.*)$", text, re.MULTILINE)
        # A URL may hold a password, before an @.
        assert all("://" in value and "@" not in value for value in values)
        assert values or environment_name(setting) in text


def test_a_database_beside_the_file_wherever_the_process_starts():
    loader = plaster.get_loader(str(ROOT / "development.ini"), protocols=["wsgi"])
    url = loader.get_wsgi_app_settings("main")["moviecatalog.storage.sqlalchemy.url"]
    assert url == f"sqlite:///{ROOT}/moviecatalog.sqlite"
