"""A rating against the database's own upsert, a sign-in against the hash alone, the limiter against a PING."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from os import cpu_count

import psycopg
from argon2 import PasswordHasher

from benchmarks.counting import application, counts
from benchmarks.filling import POSTGRESQL
from benchmarks.goals import Claim, Findings, Table, at_least, at_most
from benchmarks.installation import NO_LIMITS, WORKERS
from benchmarks.rounds import Measured, Rounds
from benchmarks.viewer import credentials, signed_up
from benchmarks.wrk import Asked
from moviecatalog.settings.core import AuthSettings
from moviecatalog.testing.client import PASSWORD

NAME = "writer"
RATED = 1_000

SIGN_IN_SECONDS = 3
"""Of load: longer than elsewhere, since those that are under way at the end don't count, of fewer than a hundred."""

BODY = '{"rating": 8, "review": "Twice is not enough."}'
TRENDING = "/api/movies/trending/"

OWN_TABLE = """
CREATE TABLE IF NOT EXISTS upserted (
    user_id integer, movie_id integer, rating integer, review text, updated_at timestamptz, UNIQUE (user_id, movie_id)
)
"""
OWN_UPSERT = """
INSERT INTO upserted VALUES (1, %s, 8, 'Twice is not enough.', now())
ON CONFLICT (user_id, movie_id) DO UPDATE
SET rating = excluded.rating, review = excluded.review, updated_at = excluded.updated_at
"""


def measure(bench):
    catalogue = bench.filled(POSTGRESQL, bench.few)
    with ExitStack() as stack:
        server = stack.enter_context(bench.installation.api(catalogue))
        unlimited = stack.enter_context(bench.installation.api(catalogue, **NO_LIMITS))
        token = signed_up(server.port, NAME)
        ratings = _ratings(bench, catalogue, server, token)
        sign_ins = _sign_ins(bench, server)
        limiter = _limiter(bench, server, unlimited)
    settings = bench.installation.settings(catalogue)
    per_rating, per_sign_in, limited = _costs(settings, token)
    extra = 1 / limiter.rate("limits") - 1 / limiter.rate("no limits")
    claims = [
        Claim("rating", "times as long as upsert and commit", ratings.ratio("upsert", "alone"), at_most(5)),
        Claim("rating", "SQL statements", per_rating.statements, at_most(3)),
        Claim("sign-in", "of the hash's own rate", sign_ins.ratio("API", "hash"), at_least(0.9)),
        Claim("sign-in", "SQL statements", per_sign_in.statements, at_most(2)),
        Claim("limiter and all else", "round trips to Redis", limited.round_trips, at_most(1)),
        # A request may cost one round trip, which takes as long as a PING.
        Claim("limiter", "PINGs beyond that round trip", extra * limiter.rate("PING") - 1, at_most(0.5)),
    ]
    rows = (
        ("rating, 16 clients", ratings.rate("crowd"), ratings.p50("crowd"), ratings.microseconds("crowd")),
        ("rating, a client alone", ratings.rate("alone"), ratings.p50("alone"), ratings.microseconds("alone")),
        ("upsert and commit alone", ratings.rate("upsert"), 1000 / ratings.rate("upsert"), None),
        ("sign-in, 16 clients", sign_ins.rate("API"), sign_ins.p50("API"), sign_ins.microseconds("API")),
        ("the hash alone, on all cores", sign_ins.rate("hash"), None, None),
        ("trending with limits, a client alone", *_alone(limiter, "limits")),
        ("trending without, a client alone", *_alone(limiter, "no limits")),
        ("Redis' PING from Python", limiter.rate("PING"), 1000 / limiter.rate("PING"), None),
    )
    return Findings(claims, [Table("Writes, sign-ins, limits", ("", "a second", "p50, ms", "CPU µs"), rows)])


def _alone(rounds, name):
    return rounds.rate(name), rounds.p50(name), rounds.microseconds(name)


def _ratings(bench, catalogue, server, token):
    bench.say("rating")
    asked = Asked(tuple(f"/api/movies/{number}/rate/" for number in range(1, RATED + 1)), token, "PUT", BODY)
    with psycopg.connect(catalogue.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(OWN_TABLE)

        def upsert(turn):
            connection.execute(OWN_UPSERT, [turn % RATED])

        runs = {
            "crowd": partial(server.load, asked, bench.seconds),
            "alone": partial(server.load, asked, bench.seconds, connections=1),
            "upsert": partial(_repeated, upsert, bench.seconds),
        }
        # Once, so that all of the films are rated, and what is measured is a change.
        Rounds(runs, 1)
        return Rounds(runs, bench.rounds)


def _repeated(work, seconds):
    turn, began = 0, time.perf_counter()
    while time.perf_counter() < began + seconds:
        work(turn)
        turn += 1
    return _measured(turn, time.perf_counter() - began)


def _measured(count, seconds):
    return Measured(count / seconds, count, 0.0, 0.0, 0.0)


def _sign_ins(bench, server):
    bench.say("sign-in")
    asked = Asked(("/api/auth/token/",), None, "POST", credentials(NAME))
    server.warm_up(asked)
    hasher = PasswordHasher(
        time_cost=_default("argon2_time_cost"),
        memory_cost=_default("argon2_memory_kib"),
        parallelism=_default("argon2_parallelism"),
    )
    hashed = hasher.hash(PASSWORD)
    # As many at once as the workers allow themselves together.
    count = WORKERS * cpu_count()
    with ThreadPoolExecutor(count) as threads:

        def hashes():
            # The library lets others work meanwhile, so threads are as good as processes.
            each = [
                threads.submit(_repeated, lambda _: hasher.verify(hashed, PASSWORD), SIGN_IN_SECONDS)
                for _ in range(count)
            ]
            return Measured(
                sum(it.result().rate for it in each), sum(it.result().requests for it in each), 0.0, 0.0, 0.0
            )

        return Rounds({"API": partial(server.load, asked, SIGN_IN_SECONDS), "hash": hashes}, bench.rounds)


def _default(name):
    return AuthSettings.__dataclass_fields__[name].default


def _limiter(bench, limited, unlimited):
    bench.say("limiter")
    asked = Asked((TRENDING,))
    limited.warm_up(asked)
    unlimited.warm_up(asked)
    with bench.installation.redis.client() as client:
        runs = {
            "limits": partial(limited.load, asked, bench.seconds, connections=1),
            "no limits": partial(unlimited.load, asked, bench.seconds, connections=1),
            "PING": partial(_repeated, lambda _: client.ping(), bench.seconds),
        }
        return Rounds(runs, bench.rounds)


def _costs(settings, token):
    """Of a rating, of a sign-in, of what is cached."""
    with application(settings) as api:
        asked = (
            partial(api.put, "/movies/1/rate/", {"rating": 7}, token),
            partial(api.sign_in, NAME),
            partial(api.get, TRENDING),
        )
        for ask in asked:
            ask()
        return [counts(api, ask) for ask in asked]
