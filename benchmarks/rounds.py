"""Rounds, in each of which every variant has its turn: what else the machine does hits all of them alike."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One variant in one round. `cpu` is in seconds, of all its server's processes."""

    rate: float
    requests: int
    p50: float
    p99: float
    cpu: float


class Rounds:
    """Of the variants by name, `rounds` times each."""

    def __init__(self, runs, rounds):
        self._rounds = [{name: run() for name, run in runs.items()} for _ in range(rounds)]

    def of(self, name):
        return [it[name] for it in self._rounds]

    def rate(self, name):
        return statistics.median(it.rate for it in self.of(name))

    def p50(self, name):
        return statistics.median(it.p50 for it in self.of(name))

    def p99(self, name):
        return statistics.median(it.p99 for it in self.of(name))

    def ratio(self, name, other):
        """How many times the other one's rate: the median of the rounds' own ratios."""
        return statistics.median(it[name].rate / it[other].rate for it in self._rounds)

    def spread(self, name, other):
        """The least and the greatest of them."""
        ratios = [it[name].rate / it[other].rate for it in self._rounds]
        return min(ratios), max(ratios)

    def microseconds(self, name):
        """CPU time a request, over all rounds together, since the system counts it by hundredths of a second."""
        return 1e6 * sum(it.cpu for it in self.of(name)) / sum(it.requests for it in self.of(name))
