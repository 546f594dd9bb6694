"""What the processes of the API take of memory, looked at every few seconds."""

import threading
import time
from pathlib import Path

EVERY = 2.0
PAGE = 4_096
MEGABYTE = 1024 * 1024

FIRST_MINUTE = 60.0

TOLERANCE = 0.03
"""As a share of what was taken at the end of the first minute: what an allocator keeps varies by as much."""


class Memory:
    def __init__(self, processes):
        self.samples = []
        self.processes = processes
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._began = 0.0

    def start(self):
        self._began = time.monotonic()
        self._thread.start()

    def stop(self):
        self._is_over.set()
        self._thread.join()

    def _look(self):
        while not self._is_over.wait(EVERY):
            self.samples.append((time.monotonic() - self._began, sum(map(_resident, self.processes)) / MEGABYTE))

    def by_minute(self):
        """The mean of each whole minute, in megabytes, all processes together."""
        minutes = {}
        for at, megabytes in self.samples:
            minutes.setdefault(int(at // FIRST_MINUTE), []).append(megabytes)
        return [sum(found) / len(found) for _, found in sorted(minutes.items())]

    def growth(self):
        """From the second minute to the last one, in megabytes."""
        means = self.by_minute()
        return means[-1] - means[1] if len(means) > 2 else 0.0

    def has_grown(self):
        means = self.by_minute()
        return len(means) > 2 and self.growth() > TOLERANCE * means[1]


def _resident(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
