"""A catalogue of few films against one of many, in either engine.

Lists of the source and details are asked as clients do. Pages of all films and searches are asked by a client alone,
each a question that nobody has asked before, of an API that keeps no answers.
"""

import itertools
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from benchmarks.filling import SQLITE
from benchmarks.films import SEED, vocabulary
from benchmarks.goals import Claim, Findings, Goal, Table, at_most
from benchmarks.installation import ENGINES
from benchmarks.lone import Lone, by_turns
from benchmarks.rounds import Rounds
from benchmarks.wrk import Asked

FEW, MANY = "few", "many"

SAMPLES = 400
ENDS = 100
PATIENCE = 8
"""In seconds, for the samples of one kind of question; where answers take long, there are fewer of them."""

PAGE_SIZE = 20

OPENED = 20
"""Films whose details are asked for under load."""

RANKS = (1, 2, 4, 8, 16, 40, 100, 300, 1_000, 2_500)
"""Of the words that are searched for, by how common they are."""

FILTERS = (
    {"min_rating": 7},
    {"release_year": 1999},
    {"min_rating": 6.5, "release_year": 2016},
    {"max_rating": 5},
    {"min_popularity": 2},
)
BROWSED = (
    {"ordering": "-vote_average"},
    {"ordering": "title", "genre": 18},
    {"ordering": "-release_date", "language": "fr"},
    {"min_rating": 7, "genre": 35},
)

ONE_AND_A_QUARTER = at_most(1.25)


@dataclass(frozen=True)
class Question:
    """`path` makes one of a turn's number and of how many films there are, with dice of its own."""

    what: str
    path: Callable[[int, int], str]
    goal: Goal | None


def _page(turn, films):
    return f"/api/movies/?page_size={PAGE_SIZE}&page={_dice(turn).randint(1, films // PAGE_SIZE)}"


def _details(turn, films):
    return f"/api/movies/{_dice(turn).randint(1, films)}/"


def _search(turn, _films):
    return f"/api/movies/search/?{urlencode({'q': _words(turn)} | FILTERS[turn % len(FILTERS)])}"


def _browse(turn, films):
    page = _dice(turn).randint(1, min(50, films // 1000))
    return f"/api/movies/?{urlencode({'page': page} | BROWSED[turn % len(BROWSED)])}"


def _dice(turn):
    return random.Random(SEED + turn)


COMMON = [vocabulary()[rank - 1] for rank in RANKS]
SEARCHED = [*COMMON, *(" ".join(pair) for pair in itertools.combinations(COMMON[:6], 2))]


def _words(turn):
    # Each with every filter in its turn.
    return SEARCHED[turn // len(FILTERS) % len(SEARCHED)]


QUESTIONS = (
    Question("details, not kept", _details, ONE_AND_A_QUARTER),
    Question("any page of all films", _page, ONE_AND_A_QUARTER),
    Question("search with filters", _search, at_most(3)),
    Question("all films, filtered and ordered", _browse, None),
)
LOADED = (
    ("trending", lambda _films: ("/api/movies/trending/",)),
    ("details", lambda films: tuple(_details(turn, films) for turn in range(OPENED))),
)


def measure(bench):
    claims, rows, ends = [], [], []
    for engine in ENGINES:
        few, many = (bench.filled(engine, films) for films in (bench.few, bench.many))
        found = list(_loaded(bench, few, many))
        with ExitStack() as stack:
            clients = {
                FEW: Lone(stack.enter_context(bench.installation.index(few)).port),
                MANY: Lone(stack.enter_context(bench.installation.index(many)).port),
            }
            found += _alone(bench, clients, few, many)
            claim, row = _first_and_last(bench, clients[MANY], many)
        claims += [*itertools.chain.from_iterable(it for it, _ in found), claim]
        rows += [it for _, it in found]
        ends.append(row)
    tables = [
        Table(
            f"{bench.few:,} films and {bench.many:,}",
            ("", "engine", "few, ms", "many, ms", "many, p99, ms", "many, longest, ms", "refused", "times as long"),
            tuple(rows),
        ),
        Table(
            f"First and last page of {bench.many:,} films",
            ("", "page 1, ms", "last page, ms", "last page, p99, ms", "refused", "times as long"),
            tuple(ends),
        ),
    ]
    return Findings(claims, tables)


def _loaded(bench, few, many):
    with ExitStack() as stack:
        servers = {name: stack.enter_context(bench.installation.api(it)) for name, it in ((FEW, few), (MANY, many))}
        for what, paths in LOADED:
            bench.say(f"{what}, {few.engine}")
            asked = {FEW: Asked(paths(few.films)), MANY: Asked(paths(many.films))}
            for name, it in asked.items():
                servers[name].warm_up(it)
            rounds = Rounds(
                {name: partial(servers[name].load, it, bench.seconds) for name, it in asked.items()}, bench.rounds
            )
            times = rounds.ratio(FEW, MANY)
            claim = Claim(f"{what}, {few.engine}", "times as long with many films", times, ONE_AND_A_QUARTER)
            yield [claim], (what, few.engine, rounds.p50(FEW), rounds.p50(MANY), rounds.p99(MANY), None, None, times)


def _alone(bench, clients, few, many):
    films = {FEW: few.films, MANY: many.films}
    for question in QUESTIONS:
        bench.say(f"{question.what}, {few.engine}")
        asking = {name: (client, partial(_path, question, films[name])) for name, client in clients.items()}
        times = by_turns(asking, range(SAMPLES), PATIENCE)
        yield list(_claims(question, few.engine, times)), _row(question.what, few.engine, times)


def _first_and_last(bench, client, many):
    bench.say(f"first page and last, {many.engine}")
    number = many.films // PAGE_SIZE
    asking = {"first": (client, partial(_end, 1)), "last": (client, partial(_end, number))}
    times = by_turns(asking, range(ENDS), PATIENCE)
    first, last = times["first"], times["last"]
    ratio = last.p50 / first.p50
    claim = Claim(f"page {number:,}, {many.engine}", "times as long as page 1", ratio, at_most(1.5))
    return claim, (many.engine, first.p50, last.p50, last.p99, last.refused, ratio)


def _path(question, films, turn):
    return question.path(turn, films)


def _end(page, _turn):
    return f"/api/movies/?page_size={PAGE_SIZE}&page={page}"


def _claims(question, engine, times):
    name = f"{question.what}, {engine}"
    yield Claim(name, "times as long with many films", times[MANY].p50 / times[FEW].p50, question.goal)
    if question.path is _search and engine == SQLITE:
        yield Claim(name, "ms for 99 of 100, with many films", times[MANY].p99, at_most(10))


def _row(what, engine, times):
    few, many = times[FEW], times[MANY]
    return what, engine, few.p50, many.p50, many.p99, many.longest, many.refused, many.p50 / few.p50
