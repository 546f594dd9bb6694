"""Clients who browse, and who rate and keep films: each remembers what it was promised."""

import collections
import http.client
import itertools
import random
import threading
import time

from moviecatalog.testing.client import PASSWORD
from tests.functional.traffic import Client

FILMS = 12
"""So few that each process has kept all that is asked of them, while Redis was away, before its memory is looked at."""
NONE = None
PAUSE = 0.004

UNIQUE = 0.01
"""The share of searches for what nobody has asked."""

READS = (
    "/movies/trending/",
    "/movies/popular/?page={film}",
    "/movies/top_rated/?page_size=50",
    "/movies/?ordering=-title&page={page}",
    "/movies/search/?q={word}",
    "/movies/search/?q={word}&min_rating=6",
    "/movies/{film}/",
    "/movies/{film}/recommendations/",
    "/movies/ratings/my_ratings/",
    "/movies/favorites/my_favorites/",
    "/auth/users/me/",
)
WORDS = ("the", "of", "night", "love", "man", "star", "a", "dark")


class Load:
    def __init__(self, port, clients):
        self.answers = collections.Counter()
        self.slowest = 0.0
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self.users = [User(port, f"soak{number}", self) for number in range(clients)]
        self._threads = [threading.Thread(target=user.go_on, args=(self._is_over,)) for user in self.users]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def note(self, outcome, seconds):
        with self._lock:
            self.answers[outcome] += 1
            self.slowest = max(self.slowest, seconds)

    def tally(self):
        with self._lock:
            return ", ".join(f"{outcome}: {count}" for outcome, count in sorted(self.answers.items(), key=str))

    def acknowledged(self):
        return sum(user.acknowledged for user in self.users)

    def lost(self):
        """What was promised and isn't there, in words."""
        return [loss for user in self.users for loss in user.losses()]


class User:
    """One account. `_may_be` holds what each rating and favourite may be: one value once it was acknowledged."""

    def __init__(self, port, name, load):
        self.acknowledged = 0
        self._name = name
        self._load = load
        self._random = random.Random(name)
        self._port = port
        self._client = Client(port)
        self._may_be = {}
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
        assert self._client.call("POST", "/auth/users/", account)[0] == 201
        self._sign_in()

    def _sign_in(self):
        status, tokens = self._ask("POST", "/auth/token/", {"username": self._name, "password": PASSWORD})
        if status == 200:
            self._client.token = tokens["access"]

    def go_on(self, is_over):
        for turn in itertools.count():
            if is_over.is_set():
                return
            if turn % 100 == 99:
                self._sign_in()
            elif turn % 3 == 0:
                self._write()
            else:
                self._read()
            time.sleep(PAUSE)

    def _read(self):
        path = self._random.choice(READS)
        film, page, word = self._film(), self._random.randint(1, 4), self._random.choice(WORDS)
        # Mostly what others ask too, and now and then what nobody has asked.
        if self._random.random() < UNIQUE:
            word = f"x{self._random.getrandbits(40):x}"
        self._ask("GET", path.format(film=film, page=page, word=word))

    def _film(self):
        return self._random.randint(1, FILMS)

    def _write(self):
        film = self._film()
        match self._random.randrange(4):
            case 0 | 1:
                points = self._random.randint(1, 10)
                self._change(("rating", film), points, "PUT", f"/movies/{film}/rate/", {"rating": points})
            case 2:
                self._change(("favourite", film), True, "POST", f"/movies/{film}/add_to_favorites/", {})
            case 3:
                self._change(("favourite", film), NONE, "DELETE", f"/movies/{film}/remove_from_favorites/")

    def _change(self, what, value, *request):
        before = self._may_be.get(what, {NONE})
        # From here on it may be done, whatever comes back.
        self._may_be[what] = before | {value}
        status, _ = self._ask(*request)
        if status in (200, 201):
            self.acknowledged += 1
            self._may_be[what] = {value}
        elif status == 404:
            # Nothing to take away, or a film that isn't there yet.
            self._may_be[what] = before if value is not NONE else {NONE}

    def _ask(self, *request):
        """The status and the body; where there is no answer, the name of what went wrong."""
        began = time.monotonic()
        try:
            status, body = self._client.call(*request)
        except (OSError, http.client.HTTPException) as error:
            token = self._client.token
            self._client.close()
            self._client = Client(self._port, token)
            status, body = type(error).__name__, None
        self._load.note(status, time.monotonic() - began)
        return status, body

    def losses(self):
        """Asked of the API itself, once the load is over."""
        kept = dict.fromkeys(self._may_be, NONE)
        for kind, path, value in (
            ("rating", "/movies/ratings/my_ratings/", lambda it: it["rating"]),
            ("favourite", "/movies/favorites/my_favorites/", lambda _: True),
        ):
            status, page = self._client.call("GET", f"{path}?page_size=100")
            assert status == 200, page
            kept |= {(kind, it["movie"]["id"]): value(it) for it in page["results"]}
        for what, value in kept.items():
            promised = self._may_be.get(what, {NONE})
            if value not in promised:
                yield f"{self._name}: {what} is {value!r}, and was promised to be {promised}"
