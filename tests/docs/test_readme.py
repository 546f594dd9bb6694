"""What the README shows is what happens."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import pytest

from tests.docs.blocks import ROOT, blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")
MOVIECATALOG = (sys.executable, "-c", "from moviecatalog.cli import main; main(prog_name='moviecatalog')")


def documents(text):
    """The JSON documents that stand one after the other in `text`."""
    decoder, found = json.JSONDecoder(), []
    while text := text.lstrip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def served(tmp_path, port):
    """What `make run` does with development.ini, on another port, in a directory of its own."""
    ini = tmp_path / "development.ini"
    text = (ROOT / "development.ini").read_text(encoding="ascii")
    ini.write_text(text.replace("localhost:8000", f"localhost:{port}"), encoding="ascii")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOVIECATALOG_")}
    environment["MOVIECATALOG_AUTH_SECRET"] = "s" * 64
    subprocess.run([*MOVIECATALOG, "migrate", ini], env=environment, check=True)
    with subprocess.Popen([*MOVIECATALOG, "serve", ini], env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == f"Serving on http://localhost:{port}/api/\n"
            yield f"http://localhost:{port}/api"
        finally:
            process.terminate()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tour is made of curl commands")
def test_the_tour_works_when_pasted_in_order(served):
    (tour,) = (block.text for block in blocks("README.md") if "curl" in block.text)
    script = tour.replace("http://localhost:8000/api", served)
    assert script != tour
    done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""

    popular, trending, top_rated, found, film, alike, account, favorite, rating, ratings, mistake = documents(
        done.stdout
    )
    assert [len(page["results"]) for page in (popular, trending, top_rated)] == [2, 1, 1]
    assert popular["next"] == f"{served}/movies/?page=2&page_size=2"
    assert found["results"][0]["title"] == film["title"] == "Fight Club"
    assert alike["results"][0]["id"] != film["id"]
    assert account["message"] == "User registered successfully"
    assert favorite == {"message": "Movie added to favorites"}
    assert (rating["movie"]["id"], rating["rating"]) == (film["id"], 9)
    assert ratings["count"] == 1
    assert ratings["results"][0]["movie"]["is_favorite"] is True
    (shown,) = (block.text for block in blocks("README.md") if block.language == "json")
    assert mistake == json.loads(shown)


def test_the_number_of_films_is_right(served):
    curl = subprocess.run(["curl", "-s", f"{served}/movies/"], capture_output=True, check=True)
    assert f"serves {json.loads(curl.stdout)['count']} well-known films" in README


@pytest.mark.parametrize(
    "target", [block.text.split()[1] for block in blocks("README.md") if block.text.startswith("make ")]
)
def test_what_make_is_asked_for_it_can(target):
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True, text=True)
    assert {"run": "moviecatalog serve development.ini", "test": "pytest"}[target] in done.stdout


def test_every_block_is_tried():
    """The others are lines of an ini file, whose test is beside this one."""
    tried = [block for block in blocks("README.md") if block.language in ("sh", "json", "ini")]
    assert tried == blocks("README.md")
    assert [block.text for block in tried if block.language == "sh"][:2] == ["make run\n", "make test\n"]
    assert len([block for block in tried if block.language == "sh"]) == 3


def test_links_lead_to_files():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / link).is_file(), link
