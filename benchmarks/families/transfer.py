"""`moviecatalog import` and `moviecatalog copy`: how many films a second, and how much memory."""

from benchmarks.filling import POSTGRESQL, SQLITE, run_command
from benchmarks.goals import Claim, Findings, Table, at_least, at_most
from benchmarks.installation import ENGINES

IMPORTED = {SQLITE: 20_000, POSTGRESQL: 10_000}
"""Films a second, into each engine."""

COPIED = 100_000
"""Films, where there are so many."""

MEMORY = 300
"""In megabytes."""


def measure(bench):
    claims, rows = [], []
    for engine in ENGINES:
        for what, share, run in (("import", 1, _imported), ("copy", 1 / 3, _copied)):
            done = run(bench, engine)
            name = f"{what} into {engine}"
            rate = done.films / done.seconds
            claims.append(Claim(name, "films a second", rate, at_least(share * IMPORTED[engine])))
            claims.append(Claim(name, "MB of memory", done.megabytes, at_most(MEMORY)))
            rows.append((name, done.films, done.seconds, rate, done.megabytes))
    head = ("", "films", "seconds", "films a second", "memory at most, MB")
    return Findings(claims, [Table("Import and copy", head, tuple(rows))])


def _imported(bench, engine):
    bench.filled(engine, bench.many)
    return bench.installation.imports[engine, bench.many]


def _copied(bench, engine):
    """From the other engine."""
    (other,) = (it for it in ENGINES if it != engine)
    original = bench.filled(other, min(COPIED, bench.many))
    copy = bench.installation.empty(engine)
    bench.say(f"copy into {engine}")
    ini = bench.installation.ini
    return run_command(original.films, "copy", ini(original), ini(copy))
