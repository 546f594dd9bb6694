"""`moviecatalog check`, over installations that are broken in one way each: part, reason and remedy, in a line."""

import datetime as dt
import os
import re
import shutil

import pytest
import redis
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from moviecatalog.cli import main
from moviecatalog.domain import clock
from tests.engines.binaries import free_port
from tests.engines.redis import RedisEngine
from tests.functional.conftest import migrate, sql
from tests.standins.tmdb import KEY

SECRET = "Zk3v-9QmX_t7LrW2cYb8NfH5sJd1GpA4uEoT6iKxBqRwVzMy0CnDhFlSgPjU-eOa"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MOVIECATALOG_")]:
        monkeypatch.delenv(name)


class Report:
    def __init__(self, outcome):
        self.exit_code = outcome.exit_code
        self.output = outcome.output
        self.lines = outcome.output.splitlines()

    def line(self, state, part):
        """The one line of this part in this state."""
        (found,) = [it for it in self.lines if re.match(rf"{state} +{re.escape(part)}:", it)]
        return found

    @property
    def problems(self):
        return [it for it in self.lines if not it.startswith("ok")]


@pytest.fixture
def check(tmp_path, monkeypatch, filled_sqlite):
    """Run it over an ini file of these lines; those of a catalogue that works where they aren't given."""
    shutil.copy(filled_sqlite, tmp_path / "movies.sqlite")
    monkeypatch.setenv("MOVIECATALOG_AUTH_SECRET", SECRET)

    def check(settings=None, server=None, environ=None):
        app = {"use": "egg:moviecatalog"} | sql(f"sqlite:///{tmp_path}/movies.sqlite") | (settings or {})
        sections = {"app:main": app, "server:main": {"use": "egg:waitress#main"} | (server or {})}
        ini = tmp_path / "catalogue.ini"
        ini.write_text(
            "".join(
                f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value is not None)
                for name, lines in sections.items()
            ),
            encoding="utf-8",
        )
        return Report(CliRunner(env=environ).invoke(main, ["check", str(ini)], catch_exceptions=False))

    return check


def test_all_is_well(check):
    report = check()
    assert (report.exit_code, report.problems) == (0, [])
    assert "SQLite" in report.output
    assert len(report.lines) >= 8


class TestSettings:
    def test_each_problem_is_a_line_and_the_rest_is_looked_at(self, check):
        report = check({"moviecatalog.cache.ttl": "soon", "moviecatalog.cachettl": "5", "moviecatalog.cache": "radis"})
        assert report.exit_code == 1
        assert "'soon' won't do: it must be a whole number" in report.line("problem", "moviecatalog.cache.ttl")
        assert "did you mean 'moviecatalog.cache" in report.line("problem", "moviecatalog.cachettl")
        assert "did you mean 'redis'?" in report.line("problem", "moviecatalog.cache")
        assert "it works, and has this version's schema" in report.output

    def test_a_further_includable_that_is_not_there_is_told(self, check):
        report = check({"moviecatalog.includes": "nothing.of.this.name"})
        assert "'nothing.of.this.name' can't be imported" in report.line("problem", "moviecatalog.includes")

    def test_a_missing_secret_says_where_it_goes(self, check, monkeypatch):
        monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
        assert "MOVIECATALOG_AUTH_SECRET_FILE" in check().line("problem", "moviecatalog.auth.secret")

    def test_a_short_secret_is_refused_and_not_shown(self, check):
        report = check(environ={"MOVIECATALOG_AUTH_SECRET": "short-but-secret"})
        assert "64 bytes or more; make one with" in report.line("problem", "moviecatalog.auth.secret")
        assert "short-but-secret" not in report.output

    def test_a_secret_that_can_be_guessed_is_warned_of(self, check):
        report = check(environ={"MOVIECATALOG_AUTH_SECRET": "password" * 8})
        assert report.exit_code == 0
        assert "can be guessed -> make one with" in report.line("warning", "moviecatalog.auth.secret")

    def test_a_secret_that_others_can_read_is_told_by_its_file(self, check, monkeypatch, tmp_path):
        monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
        path = tmp_path / "secret"
        path.write_text(SECRET, encoding="ascii")
        path.chmod(0o644)
        environ = {"MOVIECATALOG_AUTH_SECRET_FILE": str(path)}
        line = check(environ=environ).line("warning", "files")
        assert line.endswith(
            f"anybody on this machine can read {path}, which holds moviecatalog.auth.secret -> chmod o-rwx {path}"
        )
        path.chmod(0o600)
        assert check(environ=environ).problems == []

    def test_a_secret_in_an_ini_file_that_others_can_read_is_told(self, check, monkeypatch):
        monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
        report = check({"moviecatalog.auth.secret": SECRET})
        assert "catalogue.ini, which holds moviecatalog.auth.secret" in report.line("warning", "files")
        assert SECRET not in report.output


class TestSqlite:
    def test_a_database_that_is_not_there_is_to_be_made_and_is_not(self, check, tmp_path):
        report = check(sql(f"sqlite:///{tmp_path}/new.sqlite"))
        assert report.exit_code == 1
        assert "does not exist yet: run `moviecatalog migrate" in report.line(
            "problem", "moviecatalog.storage = sqlalchemy"
        )
        assert not (tmp_path / "new.sqlite").exists()

    def test_a_missing_folder_is_told(self, check, tmp_path):
        line = check(sql(f"sqlite:///{tmp_path}/nowhere/movies.sqlite")).line(
            "problem", "moviecatalog.storage = sqlalchemy"
        )
        assert f"there is no folder '{tmp_path}/nowhere'; make it, and give it to this process's user" in line

    def test_a_file_that_is_no_database_is_told(self, check, tmp_path):
        (tmp_path / "films.txt").write_text("Fight Club\n" * 1_000, encoding="ascii")
        line = check(sql(f"sqlite:///{tmp_path}/films.txt")).line("problem", "moviecatalog.storage = sqlalchemy")
        assert "the file is no SQLite database" in line

    def test_one_that_others_can_read_is_warned_of(self, check, tmp_path):
        (tmp_path / "movies.sqlite").chmod(0o644)
        line = check().line("warning", "moviecatalog.storage = sqlalchemy")
        assert line.endswith(f"with all accounts -> chmod o-rwx {tmp_path}/movies.sqlite")

    def test_one_of_a_newer_version_is_told(self, check, tmp_path):
        engine = create_engine(f"sqlite:///{tmp_path}/movies.sqlite")
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
        engine.dispose()
        line = check().line("problem", "moviecatalog.storage = sqlalchemy")
        assert "is of a newer version than this moviecatalog: install the newer one again" in line


class TestPostgresql:
    @pytest.fixture
    def url(self, postgresql):
        return postgresql.new_database()

    def test_one_that_works_is_told_with_its_version_and_clock(self, check, url):
        migrate(url)
        report = check(sql(url))
        assert (report.exit_code, report.problems) == (0, [])
        assert re.search(r"PostgreSQL \d+", report.output)
        assert "the clock agrees with that of PostgreSQL at" in report.output

    def test_one_that_is_not_migrated_is_told(self, check, url):
        assert "run `moviecatalog migrate" in check(sql(url)).line("problem", "moviecatalog.storage = sqlalchemy")

    def test_one_that_is_away_is_told(self, check):
        url = f"postgresql+psycopg://somebody:hidden@127.0.0.1:{free_port()}/movies"
        report = check(sql(url))
        assert report.exit_code == 1
        assert "can't be reached" in report.line("problem", "moviecatalog.storage = sqlalchemy")
        assert "-> start it, or mend" in report.line("problem", "moviecatalog.storage = sqlalchemy")
        assert "hidden" not in report.output

    def test_a_missing_database_is_told(self, check, postgresql):
        line = check(sql(postgresql.url.removesuffix("postgres") + "nothing")).line(
            "problem", "moviecatalog.storage = sqlalchemy"
        )
        assert "'nothing'" in line

    def test_a_clock_that_is_off_is_warned_of(self, check, url, monkeypatch):
        migrate(url)
        ahead = clock.exact_now() + dt.timedelta(minutes=5)
        monkeypatch.setattr(clock, "exact_now", lambda: ahead)
        line = check(sql(url)).line("warning", "moviecatalog.storage = sqlalchemy")
        assert re.search(
            r"the clock is (29\d|300) s ahead of that of PostgreSQL .* -> have both machines keep time by NTP", line
        )


class TestRedis:
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory):
        engine = RedisEngine(tmp_path_factory.mktemp("redis"), "--requirepass", "p@ss")
        yield engine
        engine.stop()

    def lines(self, url):
        return {"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": url}

    def url(self, engine):
        return f"redis://:p%%40ss@127.0.0.1:{engine.port}"

    def test_one_that_works_is_told_with_its_version_and_clock(self, check, engine, tmp_path):
        report = check(self.lines(self.url(engine)))
        assert report.exit_code == 0
        assert re.search(rf"Redis \d+\.\d+\S* at \S*127.0.0.1:{engine.port}\S* answers", report.output)
        assert "the clock agrees with that of Redis" in report.output
        assert "p@ss" not in report.output
        assert "p%40ss" not in report.output

    def test_a_wrong_password_is_told(self, check, engine):
        line = check(self.lines(f"redis://:wrong@127.0.0.1:{engine.port}")).line(
            "problem", "moviecatalog.cache = redis"
        )
        assert "AuthenticationError" in line
        assert line.endswith("-> put the right user and password into its URL")

    def test_one_that_is_away_is_told(self, check):
        line = check(self.lines(f"redis://127.0.0.1:{free_port()}")).line("problem", "moviecatalog.cache = redis")
        assert line.endswith("fails (ConnectionError) -> start it, or mend its URL")

    def test_one_that_hangs_is_told(self, check, engine):
        engine.hang()
        try:
            line = check(self.lines(self.url(engine))).line("problem", "moviecatalog.cache = redis")
        finally:
            engine.go_on()
        assert line.endswith("fails (TimeoutError) -> see why it doesn't answer, and whether a firewall stands between")

    def test_one_that_refuses_writes_when_it_is_full_is_warned_of(self, check, engine):
        with redis.Redis(port=engine.port, password="p@ss") as client:
            client.config_set("maxmemory", "100mb")
            client.config_set("maxmemory-policy", "noeviction")
        line = check(self.lines(self.url(engine))).line("warning", "moviecatalog.cache = redis")
        assert line.endswith("refuses writes once it is full -> set its maxmemory-policy to allkeys-lru")

    def test_that_of_the_rate_limits_is_looked_at_too(self, check):
        report = check({"moviecatalog.ratelimit.store": f"redis://127.0.0.1:{free_port()}"})
        assert "ConnectionError" in report.line("problem", "moviecatalog.ratelimit.store")


class TestTmdb:
    @pytest.fixture
    def lines(self, own_tmdb):
        return {name: value.replace("%", "%%") for name, value in own_tmdb.settings.items()}

    def test_an_accepted_key_is_told_with_its_kind(self, check, lines):
        report = check(lines | {"moviecatalog.source.tmdb.api_key": KEY})
        assert "it accepts the v3 key" in report.line("ok", "moviecatalog.source = tmdb")
        assert KEY not in report.output

    def test_a_refused_key_is_told(self, check, lines):
        report = check(lines | {"moviecatalog.source.tmdb.api_key": "0" * 32})
        assert report.exit_code == 1
        line = report.line("problem", "moviecatalog.source = tmdb")
        assert "it refuses the v3 key -> take it anew from the API page" in line

    def test_one_that_is_out_of_reach_is_told(self, check, lines):
        report = check(lines | {"moviecatalog.source.tmdb.base_url": f"http://127.0.0.1:{free_port()}/3"})
        assert "can't be reached" in report.line("problem", "moviecatalog.source = tmdb")


class TestProxiesAndServer:
    def test_trust_in_everybody_is_warned_of(self, check):
        line = check({"moviecatalog.trusted_proxies": "0.0.0.0/0"}).line("warning", "moviecatalog.trusted_proxies")
        assert line.endswith("can pass for any address -> name the proxies' own addresses")

    def test_a_public_url_without_a_proxy_is_warned_of(self, check):
        line = check({"moviecatalog.public_url": "https://movies.example"}).line(
            "warning", "moviecatalog.trusted_proxies"
        )
        assert "would share one rate limit -> name the proxy's address" in line

    def test_lines_that_the_server_does_not_know_are_told(self, check):
        report = check(server={"use": "egg:moviecatalog#granian", "wrokers": "2"})
        assert report.exit_code == 1
        assert "did you mean 'workers'?" in report.line("problem", "[server:main]")

    def test_granian_is_told_with_its_address(self, check):
        server = {"use": "egg:moviecatalog#granian", "listen": "127.0.0.1:8000", "workers": "2"}
        assert "granian at http://localhost:8000/api/, 2 processes of" in check(server=server).line(
            "ok", "[server:main]"
        )

    def test_another_server_is_warned_of(self, check):
        assert "use pserve" in check(server={"use": "egg:gunicorn"}).line("warning", "[server:main]")


def test_a_plugin_whose_look_fails_is_no_end_of_the_others(check, monkeypatch):
    from moviecatalog.plugins.caches.memory import MemoryCache

    def broken(_cache):
        raise RuntimeError("broken")

    monkeypatch.setattr(MemoryCache, "check", broken)
    report = check()
    assert "the look at it failed (RuntimeError) -> tell its author" in report.line(
        "problem", "moviecatalog.cache = memory"
    )
    assert "it works, and has this version's schema" in report.output


def test_a_look_that_hangs_is_not_waited_for(check, monkeypatch):
    import threading

    from moviecatalog.diagnosis import diagnosis
    from moviecatalog.plugins.caches.memory import MemoryCache

    hanging = threading.Event()
    monkeypatch.setattr(diagnosis, "PATIENCE", 0.2)
    monkeypatch.setattr(MemoryCache, "check", lambda _cache: hanging.wait(30))
    line = check().line("problem", "moviecatalog.cache = memory")
    hanging.set()
    assert line.endswith("no answer within 0.2 seconds -> see what it hangs on")
