"""What a family of benchmarks is given."""

import sys
import time
from dataclasses import dataclass, field

from benchmarks.installation import Installation


@dataclass(frozen=True)
class Bench:
    """`few` and `many` films are compared; each variant is asked for `seconds` in each of `rounds`."""

    installation: Installation
    few: int
    many: int
    seconds: int
    rounds: int
    began: float = field(default_factory=time.monotonic)

    def filled(self, engine, films):
        """Which may take its time, when it is first asked for."""
        self.say(f"{films:,} films in {engine}")
        return self.installation.catalogue(engine, films)

    def library(self, engine):
        """As `filled`: with accounts and favourites."""
        self.say(f"favourites in {engine}")
        return self.installation.library(engine)

    def say(self, what):
        """To whoever waits."""
        print(f"{time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr, flush=True)
