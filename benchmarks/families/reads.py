"""What is read again and again, against a bare Pyramid view that returns the same bytes.

Beside the API as it is, each request is asked of one without limits, one without the hot path, and one worker alone.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from benchmarks.counting import application, counts
from benchmarks.filling import POSTGRESQL
from benchmarks.goals import Claim, Findings, Goal, Table, at_least, at_most
from benchmarks.installation import NO_LIMITS
from benchmarks.lone import Lone
from benchmarks.rounds import Rounds
from benchmarks.viewer import mark_some, signed_up
from benchmarks.wrk import Asked

NAME = "reader"

API, BARE, NO_LIMITS_HERE, NO_HOT_PATH, ONE_WORKER = "API", "bare", "no limits", "no hot path", "one worker"


@dataclass(frozen=True)
class Read:
    """`of_bare` and `unlimited` are goals for the rate; `statements` is at most, of an answer that is cached.

    One that is `like` another, as far as the code goes, is asked of the API as it is, and no other.
    """

    what: str
    path: str
    signed_in: bool
    of_bare: Goal | None
    statements: int
    unlimited: Goal | None = None
    like: str | None = None

    @property
    def name(self):
        return f"{self.what}, {'signed in' if self.signed_in else 'anonymous'}"


def _both(what, path, *, goals, statements, unlimited=None, like=None):
    """Anonymous, and signed in."""
    yield Read(what, path, False, goals[0], statements[0], unlimited, like)
    yield Read(what, path, True, goals[1], statements[1], None, like)


LIST = {
    "goals": (at_least(0.15, 0.25), at_least(0.06, 0.12)),
    "statements": (0, 1),
    "unlimited": at_least(0.5, 0.7),
}
READS = (
    *_both("trending", "/api/movies/trending/", **LIST),
    *_both("popular", "/api/movies/popular/", **LIST, like="trending"),
    *_both("top rated", "/api/movies/top_rated/", **LIST, like="trending"),
    *_both("details", "/api/movies/1/", goals=(at_least(0.1, 0.2), at_least(0.08, 0.12)), statements=(1, 1)),
    Read("all films, page 1", "/api/movies/", False, at_least(0.1, 0.2), 0),
    Read("all films, page 500", "/api/movies/?page=500", False, at_least(0.1, 0.2), 0, like="all films, page 1"),
    Read("search, repeated", "/api/movies/search/?q=the", False, at_least(0.15, 0.25), 0, at_least(0.5)),
    Read("my favourites", "/api/movies/favorites/my_favorites/", True, None, 2),
)
UNASKED = "/api/movies/?page=3&page_size=7"


def measure(bench):
    catalogue = bench.filled(POSTGRESQL, bench.few)
    api = partial(bench.installation.api, catalogue)
    with ExitStack() as stack:
        servers = {
            API: stack.enter_context(api()),
            NO_LIMITS_HERE: stack.enter_context(api(**NO_LIMITS)),
            NO_HOT_PATH: stack.enter_context(api(hot_path="false")),
            ONE_WORKER: stack.enter_context(api(workers=1)),
        }
        idle = (servers[API].resident(), servers[API].own())
        token = signed_up(servers[API].port, NAME)
        mark_some(servers[API].port, token)
        bodies = {f"read{number}": _body(servers[API].port, token, it) for number, it in enumerate(READS)}
        servers[BARE] = stack.enter_context(bench.installation.bare(bodies))
        measured = {
            read: _rounds(bench, servers, read, token, f"/{name}") for name, read in zip(bodies, READS, strict=True)
        }
        busy = (servers[API].resident(), servers[API].own())
    costs, missed = _costs(bench.installation.settings(catalogue), token)
    claims = [claim for read, rounds in measured.items() for claim in _claims(read, rounds, costs[read])]
    claims.append(Claim("all films, asked for the first time", "SQL statements", missed.statements, at_most(2)))
    return Findings(claims, [_rates(measured, costs), _ratios(measured), _memory(idle, busy)])


def _body(port, token, read):
    return Lone(port, token if read.signed_in else None).call(read.path)


def _rounds(bench, servers, read, token, bare_path):
    bench.say(read.name)
    token = token if read.signed_in else None
    names = [BARE, API]
    names += [NO_LIMITS_HERE] if read.unlimited else []
    names += [] if read.like else [NO_HOT_PATH, ONE_WORKER]
    asked = {name: Asked((bare_path if name == BARE else read.path,), token) for name in names}
    for name, it in asked.items():
        servers[name].warm_up(it)
    return Rounds(
        {name: partial(servers[name].load, it, bench.seconds) for name, it in asked.items()},
        bench.rounds,
    )


def _costs(settings, token):
    """For each read, what one costs that is answered as it was before; and what a page of all films costs at first."""
    found = {}
    with application(settings) as api:
        for read in READS:
            ask = partial(api.get, read.path, token if read.signed_in else None)
            # Once for what is kept, and once more for what is learnt about the token.
            ask()
            ask()
            found[read] = counts(api, ask)
        return found, counts(api, partial(api.get, UNASKED))


def _claims(read, rounds, cost):
    yield Claim(read.name, "of bare Pyramid's rate", rounds.ratio(API, BARE), read.of_bare)
    if read.unlimited:
        yield Claim(
            f"{read.name}, no limits", "of bare Pyramid's rate", rounds.ratio(NO_LIMITS_HERE, BARE), read.unlimited
        )
    yield Claim(read.name, "SQL statements", cost.statements, at_most(read.statements))


def _rates(measured, costs):
    rows = [
        (
            read.name,
            round(rounds.rate(BARE)),
            round(rounds.rate(API)),
            rounds.p50(API),
            rounds.p99(API),
            round(rounds.microseconds(BARE)),
            round(rounds.microseconds(API)),
            costs[read].statements,
            costs[read].round_trips,
        )
        for read, rounds in measured.items()
    ]
    head = ("", "bare, req/s", "API, req/s", "p50, ms", "p99, ms", "bare, CPU µs", "API, CPU µs", "SQL", "Redis")
    return Table("Rates", head, tuple(rows))


def _ratios(measured):
    rows = [
        (
            read.name,
            rounds.ratio(API, BARE),
            "{:.2f} to {:.2f}".format(*rounds.spread(API, BARE)),
            rounds.microseconds(BARE) / rounds.microseconds(API),
            None if read.like else rounds.ratio(API, NO_HOT_PATH),
            None if read.like else rounds.ratio(API, ONE_WORKER),
        )
        for read, rounds in measured.items()
    ]
    head = (
        "",
        "of bare, rate",
        "in single rounds",
        "of bare, CPU",
        "times the rate without hot path",
        "times that of one worker",
    )
    return Table("Ratios", head, tuple(rows))


def _memory(idle, busy):
    rows = (
        ("started", *map(round, idle)),
        ("after all of this", *map(round, busy)),
    )
    return Table("Memory of a worker", ("", "resident, MB", "with its share only of what is shared, MB"), rows)
