"""Clients who go on while something is reloaded."""

import itertools
import threading
import time

RELOAD_SECONDS = 30


class Traffic:
    """Clients who read and write for as long as the block lasts; `answers` are all that came of it."""

    def __init__(self, client, threads=4):
        self.answers = []
        self._client = client
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, number):
        for turn in itertools.count(number):
            if self._is_over.is_set():
                return
            film = turn % 300 + 1
            for call in (
                ("GET", f"/api/movies/{film}/"),
                ("POST", f"/api/movies/{film}/add_to_favorites/", {}),
                ("PUT", f"/api/movies/{film}/rate/", {"rating": film % 10 + 1}),
            ):
                try:
                    self.answers.append(self._client.call(*call).status)
                except OSError as error:
                    self.answers.append(repr(error))

    def wait_for(self, holds):
        deadline = time.monotonic() + RELOAD_SECONDS
        while not holds():
            assert time.monotonic() < deadline, "it was not reloaded"
            time.sleep(0.05)
