"""`make bench`: how fast the API is, as ratios of what its parts can do, on this machine.

All of it takes a quarter of an hour. `python -m benchmarks --only reads --seconds 1` is for who works on one thing.
"""

import argparse
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from benchmarks import page, report, wrk
from benchmarks.bench import Bench
from benchmarks.families import growth, outages, reads, shelves, stampede, transfer, writes
from benchmarks.installation import Installation
from benchmarks.machine import machine

FAMILIES = {
    "reads": reads.measure,
    "writes": writes.measure,
    "growth": growth.measure,
    "shelves": shelves.measure,
    "stampede": stampede.measure,
    "outages": outages.measure,
    "transfer": transfer.measure,
}

FEW = 10_000


def main():
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--only", type=_families, default=tuple(FAMILIES), help=f"some of {','.join(FAMILIES)}")
    options.add_argument("--films", type=int, default=1_000_000, help="compared with 10,000 (%(default)s)")
    options.add_argument("--seconds", type=int, default=1, help="of load, for each variant and round (%(default)s)")
    options.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    options.add_argument("--into", type=Path, help="the folder of speed.md, to write the figures into it")
    chosen = options.parse_args()
    wrk.require()
    if chosen.into:
        page.require()
    # What was started is stopped, also when this is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # As README advises.
    os.environ["MALLOC_ARENA_MAX"] = "2"
    with tempfile.TemporaryDirectory(prefix="moviecatalog-bench-") as folder:
        installation = Installation(Path(folder))
        try:
            bench = Bench(installation, min(FEW, chosen.films), chosen.films, chosen.seconds, chosen.rounds)
            findings = _measured(bench, chosen.only)
            about = machine(*installation.versions())
        finally:
            installation.close()
    sys.stdout.write(report.markdown(about, findings))
    if len(findings) < len(chosen.only):
        raise SystemExit(1)
    if chosen.into:
        page.write(chosen.into, about, findings)


def _measured(bench, names):
    """By family. What one of them trips over, the others needn't know."""
    findings = {}
    for name in names:
        try:
            findings[name] = FAMILIES[name](bench)
        except Exception:  # noqa: BLE001  # anything may happen there
            bench.say(f"{name} could not be measured\n{traceback.format_exc()}")
    return findings


def _families(text):
    names = text.split(",")
    unknown = [it for it in names if it not in FAMILIES]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {unknown[0]!r}; there are {', '.join(FAMILIES)}")
    return names


if __name__ == "__main__":
    main()
