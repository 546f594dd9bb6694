"""`moviecatalog import` and `moviecatalog copy`: how many films a second, and how much memory."""

from benchmarks.filling import POSTGRESQL, SQLITE, has_command, run_command
from benchmarks.goals import Claim, Findings, Table, at_least, at_most
from benchmarks.installation import ENGINES

IMPORTED = {SQLITE: 20_000, POSTGRESQL: 10_000}
"""Films a second, into each engine."""

MEMORY = 300
"""In megabytes."""


def measure(bench):
    claims, rows = [], []
    for engine in ENGINES:
        for what, share, run in (("import", 1, _imported), ("copy", 1 / 3, _copied)):
            bench.say(f"{what} into {engine}")
            done = run(bench, engine) if has_command(what) else None
            name = f"{what} into {engine}"
            rate = done and done.films / done.seconds
            claims.append(Claim(name, "films a second", rate, at_least(share * IMPORTED[engine])))
            claims.append(Claim(name, "MB of memory", done and done.megabytes, at_most(MEMORY)))
            rows.append((name, done and done.films, done and done.seconds, rate, done and done.megabytes))
    head = ("", "films", "seconds", "films a second", "memory at most, MB")
    return Findings(claims, [Table("Import and copy", head, tuple(rows))])


def _imported(bench, engine):
    bench.filled(engine, bench.many)
    return bench.installation.imports[engine, bench.many]


def _copied(bench, engine):
    """From the other engine, with accounts and favourites."""
    (other,) = (it for it in ENGINES if it != engine)
    library = bench.library(other)
    installation = bench.installation
    into = installation.empty(engine)
    return run_command(library.films, "copy", installation.ini(library), installation.ini(into))
