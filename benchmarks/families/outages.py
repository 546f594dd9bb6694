"""What a source that is down, or hangs, does to answers that need it, and to those that don't."""

import time
from contextlib import ExitStack
from functools import partial

from benchmarks.filling import POSTGRESQL
from benchmarks.goals import Claim, Findings, Table, at_least
from benchmarks.rounds import Rounds
from benchmarks.wrk import Asked
from tests.standins import faults

HEALTHY, DOWN, HANGING = "healthy", "down", "hanging"
STATES = {HEALTHY: None, DOWN: faults.close_at_once, HANGING: faults.hang}

LIFETIME = 1
"""In seconds, fresh, and again as long served at once: shorter than can be set up for users' sake."""

SETTLED = 6
"""Seconds from a change of the source's until all answers have expired, or are fresh again."""

SECONDS = 6
"""Of load: longer than for what a failure of the source is remembered."""

ROUNDS = 2

ASKED = Asked(("/api/movies/trending/",))


def measure(bench):
    catalogue = bench.filled(POSTGRESQL, bench.few)
    lifetimes = {"cache__ttl": str(LIFETIME), "cache__renew_ttl": str(LIFETIME)}
    with ExitStack() as stack:
        cached = stack.enter_context(bench.installation.api(catalogue))
        expiring = stack.enter_context(bench.installation.api(catalogue, **lifetimes))
        cached.warm_up(ASKED)
        expiring.warm_up(ASKED)
        runs = {}
        for state in STATES:
            runs["expiring", state] = partial(_asked, bench, expiring, state)
            runs["cached", state] = partial(cached.load, ASKED, bench.seconds)
        rounds = Rounds(runs, ROUNDS)
        bench.installation.tmdb.fault = None
    claims, rows = [], []
    for what in ("cached", "expiring"):
        rows.append((what, *(round(rounds.rate((what, state))) for state in STATES), rounds.p99((what, HANGING))))
        for state in (DOWN, HANGING):
            ratio = rounds.ratio((what, state), (what, HEALTHY))
            claims.append(Claim(f"source {state}, answers {what}", "of the healthy rate", ratio, at_least(0.9)))
    head = ("answers", *(f"{state}, req/s" for state in STATES), "hanging, p99, ms")
    return Findings(claims, [Table("A source that fails", head, tuple(rows))])


def _asked(bench, server, state):
    tmdb = bench.installation.tmdb
    if tmdb.fault is not STATES[state]:
        bench.say(f"source {state}")
        tmdb.fault = STATES[state]
        time.sleep(SETTLED)
    return server.load(ASKED, SECONDS)
