"""However many different things are searched for, a process stays as large as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SEARCHES = int(os.environ.get("MOVIECATALOG_TEST_SEARCHES", "10_000"))
"""`make soak` does fifty thousand."""

SIZE = Path("/proc/self/statm")

MOST_GROWTH = 50 * 2**20

PROGRAM = """
import resource, sys
from moviecatalog.testing.application import make_app
from webob import Request

def size():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()

app = make_app({"moviecatalog.source.sample.path": sys.argv[1]}).app

def search(number):
    # Another text each time, of the same word: half of them find a page of films, the others nothing.
    marks = f"{number:b}".replace("0", "!").replace("1", "*")
    answer = Request.blank(f"/api/movies/search/?q={'film' if number % 2 else 'none'}{marks}").get_response(app)
    assert answer.status_code == 200 and answer.json["count"] == (20 if number % 2 else 0), answer

search(0), search(1)
before = size()
for number in range(int(sys.argv[2])):
    search(number)
print(size() - before)
"""


@pytest.mark.skipif(not SIZE.exists(), reason="only Linux tells a process its size")
def test_many_different_searches_grow_a_process_by_less_than_50_mb(tmp_path):
    films = tmp_path / "films.jsonl"
    films.write_text("".join(f'{{"tmdb_id": {number}, "title": "Film"}}\n' for number in range(1, 21)))
    program = [sys.executable, "-c", PROGRAM, str(films), str(SEARCHES)]
    # Measuring coverage would take as long again, and some memory.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    result = subprocess.run(program, capture_output=True, text=True, check=True, env=environ)
    assert int(result.stdout) < MOST_GROWTH
