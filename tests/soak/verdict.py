"""What came of it."""

import itertools

from moviecatalog.testing.client import PASSWORD
from tests.soak.installation import SECRET
from tests.standins.tmdb import KEY

SECRETS = (KEY, PASSWORD, SECRET)


CONTEXT = 40
"""Lines of a traceback that are shown."""


def _tracebacks(lines):
    """Each with what follows it."""
    for line in lines:
        if "Traceback" in line:
            yield line + "".join(itertools.islice(lines, CONTEXT))


class Verdict:
    def __init__(self, load, memory, installation):
        self._load = load
        self._memory = memory
        self._lost = load.lost()
        self._wrong = sum(
            count
            for outcome, count in load.answers.items()
            if isinstance(outcome, int) and outcome >= 500 and outcome != 503
        )
        self._unhandled = list(_tracebacks(installation.log_lines()))
        self._told = [line for line in installation.log_lines() if any(secret in line for secret in SECRETS)]
        self._survivors = set(installation.processes()) == set(memory.processes)

    @property
    def is_good(self):
        bad = self._wrong or self._lost or self._unhandled or self._told or self._memory.has_grown()
        return self._survivors and not bad

    def report(self):
        total = sum(self._load.answers.values())
        minutes = ", ".join(f"{megabytes:.0f}" for megabytes in self._memory.by_minute())
        lines = [
            f"requests: {total}",
            f"by answer: {self._load.tally()}",
            f"slowest: {self._load.slowest:.2f} s",
            f"acknowledged writes: {self._load.acknowledged()}",
            f"memory of both processes, MB, mean of each minute: {minutes}",
            f"memory grown from the second minute to the last one: {self._memory.growth():.1f} MB",
            *self._lost[:10],
            *(line.rstrip()[:4_000] for line in self._unhandled[:3]),
            f"log lines with a secret in them: {len(self._told)}",
        ]
        if not self._survivors:
            lines.append("a process has died, and another one taken its place")
        return "\n".join(lines)

    def last_line(self):
        memory = "memory grew" if self._memory.has_grown() else "no growth of memory"
        return (
            f"{self._wrong} answers with 5xx other than 503, {len(self._lost)} acknowledged writes lost, "
            f"{len(self._unhandled)} unhandled exceptions in the logs, {memory} after the first minute"
        )
