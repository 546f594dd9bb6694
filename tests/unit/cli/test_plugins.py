"""`moviecatalog plugins`."""

import json
import sys
import textwrap

import pytest

OF_ANOTHER_VERSION = """
    from moviecatalog.plugins.caches.none import NoCache

    class Older(NoCache):
        contract_version = 0

    def includeme(config):
        config.add_cache("older", Older.from_settings)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Have a package on the path whose entry point names a module of this code."""

    def install(name, code):
        (tmp_path / f"{name}_plugin.py").write_text(textwrap.dedent(code), encoding="utf-8")
        info = tmp_path / f"{name}_plugin-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.5\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[moviecatalog.caches]\n{name} = {name}_plugin\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))

    yield install
    for name in [name for name in sys.modules if name.endswith("_plugin") and not name.startswith("_")]:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def listed(run, *args):
    outcome = run("plugins", *args, "--json")
    assert outcome.exit_code == 0, outcome.output
    return {(it["kind"], it["name"]): it for it in json.loads(outcome.stdout)}


def test_all_that_are_installed_are_listed_with_package_version_and_contract(run):
    found = listed(run)
    assert set(found) >= {
        *(("source", name) for name in ("sample", "tmdb")),
        *(("cache", name) for name in ("memory", "none", "redis")),
        *(("storage", name) for name in ("memory", "sqlalchemy")),
    }
    tmdb = found["source", "tmdb"]
    assert (tmdb["package"], tmdb["contract"], tmdb["fits"], tmdb["selected"]) == ("moviecatalog", 1, True, None)
    assert found["storage", "memory"]["contract"] == 2


def test_settings_are_told_with_their_defaults(run):
    settings = {it["name"]: it for it in listed(run)["source", "tmdb"]["settings"]}
    assert settings["moviecatalog.source.tmdb.api_key"]["value"] == "required"
    assert settings["moviecatalog.source.tmdb.timeout"]["value"] == "3.0"
    assert settings["moviecatalog.source.tmdb.timeout"]["from"] == "the default"
    assert settings["moviecatalog.source.tmdb.include_adult"]["value"] == "false"


def test_an_ini_file_tells_which_are_selected_and_where_values_come_from(run, write_ini, monkeypatch, tmp_path):
    key = tmp_path / "key"
    key.write_text("0123456789abcdef" * 2, encoding="ascii")
    monkeypatch.setenv("MOVIECATALOG_SOURCE_TMDB_API_KEY_FILE", str(key))
    monkeypatch.setenv("MOVIECATALOG_SOURCE_TMDB_REGION", "DE")
    found = listed(run, write_ini({"moviecatalog.source": "tmdb sample", "moviecatalog.source.tmdb.timeout": "2"}))
    assert [key for key, it in found.items() if it["selected"]] == [
        ("source", "sample"),
        ("source", "tmdb"),
        ("cache", "memory"),
        ("storage", "sqlalchemy"),
    ]
    settings = {it["name"].rpartition(".")[2]: (it["value"], it["from"]) for it in found["source", "tmdb"]["settings"]}
    assert settings["api_key"] == ("(secret)", f"MOVIECATALOG_SOURCE_TMDB_API_KEY_FILE, the file {key}")
    assert settings["region"] == ("DE", "MOVIECATALOG_SOURCE_TMDB_REGION")
    assert settings["timeout"] == ("2", "the ini file")
    assert settings["language"] == ("en-US", "the default")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/movies.sqlite", "sqlite:////srv/movies.sqlite"),
        ("postgresql+psycopg://ann@host/movies", "postgresql+psycopg://ann@host/movies"),
        ("postgresql+psycopg://ann:hidden@host/movies", "(secret)"),
        ("postgresql+psycopg://host/movies?password=hidden", "(secret)"),
    ],
)
def test_a_url_is_shown_where_it_can_hold_no_password(run, write_ini, url, shown):
    found = listed(run, write_ini({"moviecatalog.storage.sqlalchemy.url": url}))
    (setting,) = found["storage", "sqlalchemy"]["settings"]
    assert setting["value"] == shown


def test_one_of_another_contract_version_is_said_not_to_fit(run, install):
    install("older", OF_ANOTHER_VERSION)
    older = listed(run)["cache", "older"]
    assert (older["package"], older["version"], older["contract"], older["fits"]) == ("older-plugin", "1.5", 0, False)
    assert "cache older: older-plugin 1.5, contract 0, which is not this version's" in run("plugins").output


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import nothing_of_this_name", "it can't be loaded: No module named 'nothing_of_this_name'"),
        ("def includeme(config): pass", "it declares no subclass of Cache under its own name"),
        ("def includeme(config): 1 / 0", "it can't be loaded: division by zero"),
    ],
)
def test_one_that_cannot_be_used_is_listed_with_the_reason(run, install, code, problem):
    install("broken", code)
    broken = listed(run)["cache", "broken"]
    assert (broken["problem"], broken["fits"], broken["settings"]) == (problem, False, [])
    assert problem in run("plugins").output


def test_for_people_a_line_is_a_setting_that_can_be_copied(run, write_ini):
    output = run("plugins", write_ini()).output
    assert "cache memory (selected): moviecatalog " in output
    assert "    moviecatalog.cache.memory.max_bytes = 33554432  # the default\n" in output
    assert "source tmdb: moviecatalog " in output
    assert "    moviecatalog.source.tmdb.api_key = required\n" in output
