"""Many clients do one thing at once, to several processes: it is done once, and nobody meets an error."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import mean

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.records import FavoriteRecord, RatingRecord
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.client import PASSWORD, ApiClient
from tests.engines.servers import Servers, app_of
from tests.functional.described import described
from tests.functional.traffic import Client

CLIENTS = 16


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def start(storage_settings):
    """Processes of the installation, each with so many threads."""
    started = []

    def start(count, threads):
        started.append(Servers(storage_settings, count=count, threads=threads))
        return started[-1]

    yield start
    for servers in started:
        servers.stop()


@pytest.fixture
def kept(storage_settings):
    """All that is in storage of one kind."""

    def kept(kind):
        storage = SqlStorage(make_url(storage_settings["moviecatalog.storage.sqlalchemy.url"]))
        with closing(storage), storage.read() as session:
            return [record for record in session.dump() if isinstance(record, kind)]

    return kept


def all_at_once(servers, work):
    """What `work(client, number)` gave, of CLIENTS clients, which are spread over the processes."""

    def run(number):
        with closing(Client(servers.ports[number % len(servers.ports)])) as client:
            return list(work(client, number))

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(itertools.chain.from_iterable(threads.map(run, range(CLIENTS))))


def test_of_1600_ratings_and_favourites_of_one_user_and_film_one_of_each_is_kept(start, kept):
    servers = start(count=2, threads=8)
    api = ApiClient(described(app_of(servers)))
    token = api.sign_up("ann")

    def work(client, number):
        client.token = token
        for turn in range(50):
            yield "rate", client.call("POST", "/movies/1/rate/", {"rating": (number + turn) % 10 + 1})[0]
            yield "keep", client.call("POST", "/movies/1/add_to_favorites/", {})[0]

    seen = Counter(all_at_once(servers, work))
    assert seen == {("rate", 201): 1, ("rate", 200): 799, ("keep", 201): 1, ("keep", 200): 799}
    (rating,) = kept(RatingRecord)
    assert len(kept(FavoriteRecord)) == 1
    movie = api.get("/movies/1/", token).json
    assert (movie["average_rating"], movie["user_rating"]) == (rating.rating, rating.rating)


def spellings(name):
    """The name in all mixtures of small letters, capitals, and wide ones, which are one name."""
    wide = [chr(ord(letter) + 0xFEE0) for letter in name]
    return ("".join(letters) for letters in itertools.product(*zip(name, name.upper(), wide, strict=True)))


def test_of_200_registrations_of_one_name_one_succeeds(start, kept):
    servers = start(count=2, threads=8)
    names = list(itertools.islice(spellings("racer"), 208))

    def work(client, number):
        for turn, name in enumerate(names[number::CLIENTS]):
            fields = {"username": name, "email": f"{number}-{turn}@example.com"}
            status, body = client.call(
                "POST", "/auth/users/", fields | {"password": PASSWORD, "password_confirm": PASSWORD}
            )
            yield status, tuple(body.get("details", ()))

    seen = Counter(all_at_once(servers, work))
    assert seen == {(201, ()): 1, (400, ("username",)): 207}
    assert len(kept(Credentials)) == 1


@pytest.mark.parametrize("installation", ["sample, sqlite"])
def test_of_1600_that_read_and_then_write_none_fails(start, kept):
    servers = start(count=4, threads=4)
    api = ApiClient(described(app_of(servers)))

    def work(client, number):
        names = {"username": f"user{number}", "email": f"{number}@example.com"}
        yield client.call("POST", "/auth/users/", names | {"password": PASSWORD, "password_confirm": PASSWORD})[0]
        _, signed_in = client.call("POST", "/auth/token/", names | {"password": PASSWORD})
        client.token = signed_in["access"]
        for turn in range(100):
            # One transaction, which looks the user, the film and its marks up before it writes.
            yield client.call("PUT", f"/movies/{turn % 5 + 1}/rate/", {"rating": (number + turn) % 10 + 1})[0]

    assert Counter(all_at_once(servers, work)) == {201: CLIENTS + CLIENTS * 5, 200: CLIENTS * 95}
    for movie in range(1, 6):
        points = [record.rating for record in kept(RatingRecord) if record.movie_id == movie]
        assert len(points) == CLIENTS
        assert api.get(f"/movies/{movie}/").json["average_rating"] == pytest.approx(mean(points), abs=0.006)
