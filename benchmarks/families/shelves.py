"""Somebody with few favourites against somebody with very many, in the same catalogue."""

from benchmarks.goals import Claim, Findings, Table, at_most
from benchmarks.installation import ENGINES
from benchmarks.library import FAVORITES, account
from benchmarks.lone import Lone, by_turns
from benchmarks.viewer import token_of

SAMPLES = 300
PATIENCE = 8

PATH = "/api/movies/favorites/my_favorites/"


def measure(bench):
    claims, rows = [], []
    for engine in ENGINES:
        library = bench.library(engine)
        bench.say(f"favourites, {engine}")
        with bench.installation.api(library) as server:
            clients = {count: (Lone(server.port, token_of(server.port, account(count))), _path) for count in FAVORITES}
            for client, path in clients.values():
                client.call(path(0))
            times = by_turns(clients, range(SAMPLES), PATIENCE)
        few, many = (times[count] for count in FAVORITES)
        ratio = many.p50 / few.p50
        what = f"my favourites, page 1, {engine}"
        claims.append(Claim(what, "times as long with many favourites", ratio, at_most(1.25)))
        rows.append((engine, few.p50, many.p50, many.p99, ratio))
    head = ("", *(f"{count:,} favourites, ms" for count in FAVORITES), "p99, ms", "times as long")
    return Findings(claims, [Table("Favourites, page 1, a client alone", head, tuple(rows))])


def _path(_turn):
    return PATH
