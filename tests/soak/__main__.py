"""`make soak`: two processes behind real load, while what they lean on is stopped, hung, killed and started again.

It ends by itself. The last line is the verdict; the exit code is 1 where it isn't the one that is promised.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.soak.installation import Installation
from tests.soak.load import Load
from tests.soak.memory import Memory
from tests.soak.troubles import KINDS, troubles
from tests.soak.verdict import Verdict

WARM_UP = 5
TROUBLE = 4
REST = 4

SHORTER = 0.4
"""As a share, the first time round: within a minute, everything has gone wrong once, and memory is what it will be."""


def main():
    options = argparse.ArgumentParser(prog="make soak")
    options.add_argument("--minutes", type=float, default=8.0)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--hot-path", action=argparse.BooleanOptionalAction, default=True)
    chosen = options.parse_args()
    # As README advises: glibc would else have places of their own for the memory of each few threads, and fill them
    # over hours.
    os.environ["MALLOC_ARENA_MAX"] = "2"
    with tempfile.TemporaryDirectory(prefix="moviecatalog-soak-") as folder:
        installation = Installation(Path(folder), has_hot_path=chosen.hot_path)
        try:
            raise SystemExit(0 if soak(installation, chosen.minutes * 60, chosen.clients) else 1)
        finally:
            installation.stop()


def soak(installation, seconds, clients):
    """Whether all went as promised."""
    end = time.monotonic() + seconds
    memory = Memory(installation.processes())
    load = Load(installation.port, clients)
    load.start()
    memory.start()
    time.sleep(WARM_UP)
    for number, trouble in enumerate(troubles(installation)):
        pace = SHORTER if number < KINDS else 1
        if time.monotonic() + TROUBLE + 2 * REST > end:
            break
        print(f"{load.tally()}   now: {trouble.name}", flush=True)
        with trouble.under_way():
            time.sleep(pace * TROUBLE)
        time.sleep(pace * REST)
    load.stop()
    memory.stop()
    verdict = Verdict(load, memory, installation)
    print(verdict.report())
    print(verdict.last_line())
    return verdict.is_good


if __name__ == "__main__":
    main()
