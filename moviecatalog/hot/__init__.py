"""The hot path: what was answered once is answered again without Pyramid, as long as it holds.

A GET of a service that is `cached` goes the whole way the first time: routing, Cornice, colander, service, renderer.
On its way out `recording` makes a finished answer of it, as somebody who hasn't signed in sees it. The next one who
asks the same, in this process, meets `path` before Pyramid. It

1. makes the key of the question (`asking`): all of a request that such an answer depends on,
2. takes the finished answer (`finished`), if it is fresh and no cached answer was invalidated since,
3. verifies the token and counts the request against its limit, as everywhere,
4. reads the viewer's marks, by one statement, and writes them into the bytes (`splicing`),
5. answers, and logs and counts what it did.

Whatever isn't as it expects goes the whole way: a question that it doesn't know, a token that is no good, a limit that
is passed, a storage that fails. So nothing is decided here that isn't decided there, and no error is made here.

`moviecatalog.hot_path = false` leaves all of this out.
"""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.hot.finished import FinishedAnswers
from moviecatalog.hot.path import HotPath


def includeme(config: Configurator) -> None:
    registry = config.registry
    registry.finished_answers = FinishedAnswers() if registry.core_settings.http.hot_path else None


def shortened(app: Any) -> Any:
    """Pyramid's application with the hot path before it, where that is on."""
    return HotPath(app) if app.registry.finished_answers else app
