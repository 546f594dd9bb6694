"""The wheel and the source distribution hold all that they should, and install where nothing else is."""

import subprocess
import sys
import tarfile
import zipfile

import pytest

from tests.engines.binaries import free_port
from tests.engines.command import wait_for
from tests.engines.strangers import ROOT, Stranger, build, sources

TEMPLATES = ("docs", "index", "interactive", "layout")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return sources(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def distributions(project, tmp_path_factory):
    """The wheel was made of the source distribution, as an index's users may have to."""
    wheel, sdist = sorted(build(project, tmp_path_factory.mktemp("dist")), key=lambda path: path.suffix != ".whl")
    return wheel, sdist


@pytest.fixture(scope="module")
def wheel(distributions):
    with zipfile.ZipFile(distributions[0]) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_package(project, wheel):
    package = {
        str(path.relative_to(project))
        for path in (project / "moviecatalog").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert package <= wheel
    assert {f"moviecatalog/templates/{name}.jinja2" for name in TEMPLATES} <= wheel
    assert "moviecatalog/plugins/sources/sample/films.jsonl" in wheel
    assert "moviecatalog/py.typed" in wheel


def test_the_wheel_holds_the_ini_files_and_nothing_of_the_tests(wheel):
    data = {name.partition(".data/data/")[2] for name in wheel if ".data/data/" in name}
    assert data == {"share/moviecatalog/development.ini", "share/moviecatalog/production.ini"}
    assert {name.partition("/")[0] for name in wheel if not name.startswith("moviecatalog-")} == {"moviecatalog"}


def test_the_source_distribution_holds_what_version_control_does():
    command = [sys.executable, "-m", "check_manifest", str(ROOT)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_can_be_run_from_the_source_distribution(distributions):
    with tarfile.open(distributions[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "pyproject.toml", "tests/conftest.py", "deploy/nginx.conf", "production.ini"} <= names


def test_an_index_would_take_both(distributions):
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, distributions)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bare_wheel_serves_the_films_that_ship(distributions, tmp_path):
    """Without any extra: the sample, SQLite, and the page without scripts."""
    stranger = Stranger(tmp_path)
    stranger.install(distributions[0])
    port = free_port()
    text = (tmp_path / "venv/share/moviecatalog/development.ini").read_text(encoding="utf-8")
    ini = tmp_path / "catalogue.ini"
    ini.write_text(text.replace("localhost:8000", f"localhost:{port}"), encoding="utf-8")
    assert "has this version's schema" in stranger.run("moviecatalog", "migrate", ini).stdout
    assert "problem" not in stranger.run("moviecatalog", "check", ini).stdout
    process = stranger.start("moviecatalog", "serve", ini)
    try:
        wait_for(port, process)
        count = f"import json, urllib.request as r; print(json.load(r.urlopen('http://localhost:{port}/api/movies/'))['count'])"
        assert stranger.run("python", "-c", count).stdout == "400\n"
        docs = f"import urllib.request as r; print('<script' in r.urlopen('http://localhost:{port}/api/docs/').read().decode())"
        assert stranger.run("python", "-c", docs).stdout == "False\n"
    finally:
        process.terminate()
        process.wait(20)


def test_without_an_extra_a_plugin_says_what_to_install(distributions, tmp_path):
    stranger = Stranger(tmp_path)
    stranger.install(distributions[0])
    listed = stranger.run("moviecatalog", "plugins").stdout
    assert "cache redis: moviecatalog" in listed
    assert "pip install 'moviecatalog[redis]'" in listed
