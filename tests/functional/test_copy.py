"""`moviecatalog copy`: whoever has an account finds all as it was, whatever the catalogue is kept in now."""

import shutil
import signal
import subprocess
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import RatingRecord
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.application import TEST_SETTINGS, close_app, make_app
from moviecatalog.testing.client import ApiClient
from moviecatalog.testing.factories import LONG_AGO, make_credentials, make_movie
from moviecatalog.testing.storage.base import dump, restore
from tests.engines.command import command, environ, write_ini
from tests.engines.servers import Servers, app_of
from tests.functional.conftest import migrate, sql, storage_url
from tests.functional.described import described
from tests.functional.traffic import Traffic

ROTATING = {"moviecatalog.auth.rotate_refresh_tokens": "true"}


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite"])
def engines(request):
    return request.param.split(" to ")


@pytest.fixture
def new(request, tmp_path):
    """The URL of an empty storage on an engine; with the shipped films where that is asked for."""
    made = []

    def new(engine, *, filled=False):
        made.append(engine)
        if engine == "postgresql":
            template = request.getfixturevalue("filled_postgresql") if filled else "template1"
            url = request.getfixturevalue("postgresql").new_database(template)
        else:
            path = tmp_path / f"{len(made)}.sqlite"
            url = storage_url(path)
            if filled:
                shutil.copy(request.getfixturevalue("filled_sqlite"), path)
        if not filled:
            migrate(url)
        return url

    return new


@pytest.fixture
def copying(tmp_path):
    """The command, to be run from one URL to another."""

    def copying(original, copy):
        inis = [
            write_ini(tmp_path / f"{name}.ini", TEST_SETTINGS | sql(url), "waitress", {})
            for name, url in {"a": original, "b": copy}.items()
        ]
        return command("copy", *inis)

    return copying


@pytest.fixture
def copy(copying):
    """Run it to its end; what it tells of each kind."""

    def copy(original, copy):
        done = subprocess.run(copying(original, copy), check=False, capture_output=True, text=True, env=environ())
        assert (done.returncode, done.stderr) == (0, "")
        rows = (line.replace(",", "").rsplit(maxsplit=5) for line in done.stdout.splitlines()[1:6])
        return {name: tuple(map(int, numbers)) for name, *numbers, _ in rows}

    return copy


@contextmanager
def served(url, settings=None):
    app = make_app(sql(url) | (settings or {}))
    yield ApiClient(app)
    close_app(app)


@contextmanager
def opened(url):
    with closing(SqlStorage(make_url(url))) as storage:
        yield storage


def all_of(url):
    with opened(url) as storage:
        return dump(storage)


def everything(api, token):
    """All that a user sees of what is theirs, and of the films."""
    paths = ("/auth/users/me/", "/movies/favorites/my_favorites/", "/movies/ratings/my_ratings/")
    shown = [api.get(path, token).json for path in (*paths, "/movies/?page_size=100", "/movies/search/?q=the")]
    return [*shown, api.get("/auth/users/me/export/", token).json]


def test_users_sign_in_and_find_all_as_it_was(engines, new, copy):
    original, there, back = new(engines[0], filled=True), new(engines[1]), new(engines[0])
    with served(original, ROTATING) as api:
        ann, ben = api.sign_up("ann"), api.sign_up("ben")
        api.patch("/auth/users/update_profile/", {"bio": "Films.\nAnd “more”."}, ann)
        for movie in (3, 1, 2):
            api.put(f"/movies/{movie}/rate/", {"rating": movie + 5, "review": f"Review {movie} ⭐"}, ann)
            api.post(f"/movies/{movie}/add_to_favorites/", None, ann)
        api.patch("/movies/3/rate/", {"rating": 1}, ann)
        api.put("/movies/1/rate/", {"rating": 9}, ben)
        good, spent, revoked = (api.sign_in("ann").json["refresh"] for _ in range(3))
        api.post("/auth/token/refresh/", {"refresh": spent})
        api.post("/auth/token/revoke/", {"refresh": revoked})
        shut_out = api.sign_up("eve")
        api.registry.services.accounts.set_active("eve", active=False)
        seen = everything(api, ann)
        gone = api.sign_up("gone")
        api.delete("/auth/users/me/", gone, json={"password": "correct horse battery"})

    told = copy(original, there)
    assert told["films"] == (400, 400, 400, 0)
    assert told["accounts"] == (3, 3, 3, 0)
    assert told["ended tokens"] == (2, 2, 2, 0)
    assert copy(there, back)["ratings"] == (4, 4, 4, 0)
    assert all_of(back) == all_of(there) == all_of(original)

    for url in (there, back):
        with served(url, ROTATING) as api:
            for name in ("ann", "ANN@example.com"):
                token = api.sign_in(name).json["access"]
                assert everything(api, token) == seen
            # Whoever was signed in still is.
            assert everything(api, ann) == seen
            assert api.get("/movies/1/").json["average_rating"] == 7.5
            assert api.sign_in("eve").status_code == api.get("/auth/users/me/", shut_out).status_code == 401
            for refresh, status in ((revoked, 401), (spent, 401), (good, 200)):
                assert api.post("/auth/token/refresh/", {"refresh": refresh}).status_code == status
            # They go on.
            assert api.put("/movies/1/rate/", {"rating": 1}, ann).status_code == 200
            assert api.get("/movies/1/").json["average_rating"] == 5
            assert api.put("/movies/4/rate/", {"rating": 4}, ann).status_code == 201
            assert api.post("/movies/4/add_to_favorites/", None, ann).status_code == 201
            assert api.register("ann").status_code == 400
            api.sign_up("zoe")
            assert api.get("/auth/users/me/", gone).status_code == 401


@pytest.mark.parametrize("killed_at", [Movie, RatingRecord], ids=["among films", "among ratings"])
def test_killed_in_the_middle_it_goes_on_from_there(engines, new, copying, copy, killed_at):
    original, there = new(engines[0]), new(engines[1])
    films = [make_movie(id=n) for n in range(1, 16_001)]
    ratings = [RatingRecord(n, 1, n, n % 10 + 1, None, LONG_AGO, LONG_AGO) for n in range(1, 16_001)]
    with opened(original) as storage:
        restore(storage, [*films, make_credentials(id=1), *ratings])
    with opened(there) as storage:
        with subprocess.Popen(copying(original, there), stdout=subprocess.DEVNULL, env=environ()) as process:
            while not count(storage, killed_at):
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        kept = count(storage, killed_at)
        assert 0 < kept < 16_000
        told = copy(original, there)
        assert told["films" if killed_at is Movie else "ratings"] == (16_000, 16_000, 16_000 - kept, 0)
        assert all_of(there) == all_of(original)
        with storage.read() as session:
            assert {session.library.standing(n, None).average_rating for n in (1, 5_001, 16_000)} == {2, 1}


def count(storage, kind):
    with storage.read() as session:
        return sum(1 for _ in session.records(kind))


def test_what_is_written_while_it_is_copied_another_copy_brings(engines, new, copy):
    original, there = new(engines[0], filled=True), new(engines[1])
    servers = Servers(sql(original))
    try:
        with Traffic(ApiClient(described(app_of(servers))), threads=4) as traffic:
            for _ in range(2):
                before = traffic.count()
                copy(original, there)
                assert traffic.count() > before
        assert traffic.statuses() <= {200, 201}
    finally:
        servers.stop()
    copy(original, there)
    assert all_of(there) == all_of(original)
    with opened(original) as one, opened(there) as other, one.read() as here, other.read() as copied:
        for movie in range(1, 51):
            assert here.library.standing(movie, None) == copied.library.standing(movie, None)


def test_a_copy_that_was_served_is_not_written_over(new, copying, copy):
    original, there = new("sqlite", filled=True), new("sqlite")
    copy(original, there)
    copy(original, there)
    with served(there) as api:
        api.sign_up("ann")
    kept = all_of(there)
    done = subprocess.run(copying(original, there), check=False, capture_output=True, text=True, env=environ())
    assert done.returncode == 1
    assert "somebody wrote to the copy since it was made, which would be lost; name an empty storage" in done.stderr
    assert all_of(there) == kept


def test_memory_stays_flat(new, copying):
    """The peak of a process that copies a hundred films, and of one that copies 30,000, which take 60 MB.

    To PostgreSQL: SQLite is given a larger cache, which fills.
    """
    peaks = []
    for number in (100, 30_000):
        original, there = new("sqlite"), new("postgresql")
        with opened(original) as storage:
            restore(storage, [make_movie(id=n, overview="An overview. " * 40) for n in range(1, number + 1)])
        peaks.append(peak(copying(original, there)))
    assert peaks[1] - peaks[0] < 20_000


def peak(arguments):
    """In kilobytes."""
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [arguments[0], "-c", script, *arguments], check=True, capture_output=True, text=True, env=environ()
    )
    return int(done.stdout)
