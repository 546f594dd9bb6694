"""The wheel and the sdist hold everything, and what is installed from them serves the films that ship."""

import json
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.engines.binaries import free_port, missing
from tests.engines.command import environ, wait_for
from tests.engines.distributions import files_in_git

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "moviecatalog"
SHARE = "share/moviecatalog"
SHARED = (
    "development.ini",
    "production.ini",
    "deploy/moviecatalog.service",
    "deploy/nginx.conf",
    "deploy/nginx-upstream.conf",
)


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_to_the_last_file(distributions):
    in_tree = {
        str(path.relative_to(ROOT)): path.read_bytes()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    in_wheel = {name: it for name, it in contents(distributions.wheel).items() if name.startswith("moviecatalog/")}
    assert in_wheel == in_tree
    for name in ("plugins/sources/sample/films.jsonl", "templates/docs.jinja2", "py.typed"):
        assert f"moviecatalog/{name}" in in_wheel


def test_the_wheel_holds_nothing_else_that_could_be_imported(distributions):
    tops = {name.split("/")[0] for name in contents(distributions.wheel)}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"moviecatalog"}


@pytest.mark.parametrize("path", SHARED)
def test_the_wheel_holds_the_files_to_begin_with(distributions, path):
    (found,) = [
        it
        for name, it in contents(distributions.wheel).items()
        if name.endswith(f".data/data/{SHARE}/{Path(path).name}")
    ]
    assert found == (ROOT / path).read_bytes()


def test_the_sdist_holds_all_that_git_does(distributions):
    if not (ROOT / ".git").exists():
        missing("this is no clone")
    with tarfile.open(distributions.sdist) as archive:
        packed = {it.name.partition("/")[2] for it in archive.getmembers() if it.isfile()}
    assert set(files_in_git()) - packed == {".ci/run", ".gitignore"}
    made = {"PKG-INFO", "setup.cfg"} | {name for name in packed if ".egg-info/" in name}
    assert packed - made <= set(files_in_git())


def test_the_package_index_would_take_them(distributions):
    command = [sys.executable, "-m", "twine", "check", "--strict", distributions.wheel, distributions.sdist]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def installed(distributions, tmp_path):
    """The wheel in a folder of its own. What it depends on is the tests'."""
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([*pip, "--no-deps", "--target", str(target), str(distributions.wheel)], check=True)
    return target


def test_what_is_installed_serves_the_films_that_ship(installed, tmp_path):
    port = free_port()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    ini = folder / "development.ini"
    text = (installed / SHARE / "development.ini").read_text(encoding="ascii")
    ini.write_text(text.replace("localhost:8000", f"127.0.0.1:{port}"), encoding="ascii")
    variables = environ() | {"PYTHONPATH": str(installed), "MOVIECATALOG_AUTH_SECRET": "s" * 64}
    moviecatalog = [sys.executable, str(installed / "bin/moviecatalog")]
    where = [sys.executable, "-c", "import moviecatalog; print(moviecatalog.__file__)"]
    found = subprocess.run(where, env=variables, cwd=folder, check=True, capture_output=True, text=True).stdout
    assert found == f"{installed}/moviecatalog/__init__.py\n"
    subprocess.run([*moviecatalog, "migrate", ini], env=variables, cwd=folder, check=True, capture_output=True)
    command = [*moviecatalog, "serve", str(ini)]
    with subprocess.Popen(command, env=variables, cwd=folder, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            url = f"http://127.0.0.1:{port}/api"
            assert json.loads(fetched(f"{url}/movies/?page_size=1"))["count"] == 400
            assert b"<html" in fetched(f"{url}/docs/")
            assert fetched(f"{url}/docs/assets/style.css") == (PACKAGE / "static/style.css").read_bytes()
        finally:
            process.terminate()


def fetched(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()
