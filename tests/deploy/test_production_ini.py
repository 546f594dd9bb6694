"""production.ini works as it is, with three environment variables."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from moviecatalog.cli import main
from tests.engines.binaries import free_port
from tests.engines.command import command, environ, wait_for
from tests.engines.redis import redis_url
from tests.standins.tmdb import KEY

ROOT = Path(__file__).parents[2]
PSERVE = [sys.executable, "-c", "import sys; from pyramid.scripts.pserve import main; sys.exit(main())"]
REQUIRED = {
    "MOVIECATALOG_AUTH_SECRET": "s" * 64,
    "MOVIECATALOG_SOURCE_TMDB_API_KEY": KEY,
    "MOVIECATALOG_CACHE_REDIS_URL": "redis://localhost:6379/0",
}


@pytest.fixture
def port():
    return free_port()


def state_of(ini):
    """The folder in place of /var/lib/moviecatalog."""
    return ini.parent / "state"


@pytest.fixture
def variables(tmp_path, own_tmdb):
    """The three, and a fourth: nobody's test asks TMDB itself."""
    with redis_url(tmp_path) as redis:
        own = {"MOVIECATALOG_CACHE_REDIS_URL": redis, "MOVIECATALOG_SOURCE_TMDB_BASE_URL": own_tmdb.url}
        yield environ() | REQUIRED | own


@pytest.fixture
def ini(tmp_path, port):
    """The file as it is, but for what it would take of this machine: a folder and a port."""
    text = (ROOT / "production.ini").read_text(encoding="ascii")
    path = tmp_path / "production.ini"
    for here, there in {"/var/lib/moviecatalog": str(state_of(path)), "127.0.0.1:8000": f"127.0.0.1:{port}"}.items():
        assert here in text
        text = text.replace(here, there)
    path.write_text(text, encoding="ascii")
    return path


@pytest.fixture
def failure(monkeypatch):
    """What a command says that fails, with some variables and no other setting of whoever runs the tests."""

    def failure(name, ini, variables):
        for variable in [it for it in os.environ if it.startswith("MOVIECATALOG_")]:
            monkeypatch.delenv(variable)
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        result = CliRunner().invoke(main, [name, str(ini)])
        assert result.exit_code == 1
        return result.stderr

    return failure


@pytest.mark.parametrize("server", ["serve", "pserve"])
def test_it_is_served_with_three_variables(server, ini, port, variables, own_tmdb):
    state_of(ini).mkdir()
    subprocess.run(command("migrate", ini), check=True, env=variables, capture_output=True)
    started_by = command("serve", ini, "--workers", "2") if server == "serve" else [*PSERVE, str(ini)]
    with subprocess.Popen(started_by, env=variables, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(port, process)
            url = f"http://127.0.0.1:{port}/api"
            films = requests.get(f"{url}/movies/popular/", timeout=10)
            ready = requests.get(f"{url}/health/ready/", timeout=10)
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0
    assert films.json()["count"] > 0
    states = {name: check["state"] for name, check in ready.json()["checks"].items()}
    assert states == dict.fromkeys(("storage", "cache", "source"), "ok")
    assert "Traceback" not in log
    assert own_tmdb.paths().count("movie/popular") == 1


@pytest.mark.parametrize("variable", REQUIRED)
def test_each_that_is_missing_is_named(variable, ini, failure):
    message = failure("serve", ini, {name: value for name, value in REQUIRED.items() if name != variable})
    assert message.startswith("Error: 1 problem in the settings:")
    assert variable in message


@pytest.mark.parametrize("name", ["migrate", "serve"])
def test_a_folder_that_is_missing_is_named(name, ini, failure):
    assert f"there is no folder '{state_of(ini)}'; make it" in failure(name, ini, REQUIRED)


def test_the_file_says_which_variables_these_are():
    head = (ROOT / "production.ini").read_text(encoding="ascii").partition("[app:main]")[0]
    assert f"#   {', '.join(REQUIRED)}\n" in head
