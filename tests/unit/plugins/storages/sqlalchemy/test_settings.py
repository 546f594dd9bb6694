from __future__ import annotations

import pytest

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlSettings, SqlStorage
from moviecatalog.settings.reader import SettingsError, SettingsReader

URL = "moviecatalog.storage.sqlalchemy.url"


def read(ini):
    reader = SettingsReader(ini, {})
    settings = reader.read(SqlSettings, "moviecatalog.storage.sqlalchemy")
    reader.finish()
    return settings


def test_the_default_is_a_file_in_the_working_folder():
    assert str(read({}).url) == "sqlite:///moviecatalog.sqlite"


def test_a_storage_is_built_without_touching_the_file(tmp_path):
    SqlStorage.from_settings(read({URL: f"sqlite:///{tmp_path}/new.sqlite"}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("movies.sqlite", "it must be a database URL such as sqlite:"),
        ("mysql://me:s3cret@host/movies", "it must begin with sqlite:"),
        ("sqlite://", "a database in memory is lost with its connection: name a file"),
        ("sqlite:///:memory:", "a database in memory is lost with its connection: name a file"),
        ("sqlite:///file:movies?mode=memory&uri=true", "a database in memory is lost with its connection"),
        ("sqlite:///movies.sqlite?timeout=9", "takes no options"),
        ("postgresql://me:s3cret@host/movies", "begin the URL with postgresql+psycopg://"),
        ("postgresql+psycopg2://me:s3cret@host/movies", "begin the URL with postgresql+psycopg://"),
        ("postgresql+psycopg://me:s3cret@host", "it must name a database"),
        ("sqlite+aiosqlite:///movies.sqlite", "begin the URL with sqlite:///"),
    ],
)
def test_a_url_that_will_not_do_is_one_sentence_without_the_url(url, advice):
    with pytest.raises(SettingsError) as caught:
        read({URL: url})
    (problem,) = caught.value.problems
    assert problem.setting == URL
    assert advice in problem.message
    assert "s3cret" not in str(caught.value)


def test_a_password_shows_in_no_representation():
    assert "moviecatalog.sqlite" not in repr(read({}))
