"""An application from a dict, for tests of plugins and of the API."""

from __future__ import annotations

from collections.abc import Mapping

from webtest import TestApp

from moviecatalog import close, main

TEST_SECRET = "for-tests-only-" * 5

TEST_SETTINGS = {
    "moviecatalog.storage": "memory",
    "moviecatalog.auth.secret": TEST_SECRET,
    # The weakest hash there is: tests sign in often.
    "moviecatalog.auth.argon2.memory_kib": "8",
    "moviecatalog.auth.argon2.time_cost": "1",
    "moviecatalog.ratelimit.user": "",
    "moviecatalog.ratelimit.anonymous": "",
    "moviecatalog.ratelimit.sign_in": "",
    "moviecatalog.ratelimit.registration": "",
}


def make_app(settings: Mapping[str, str] | None = None) -> TestApp:
    """The API as `main` makes it from `settings` over these: sample source, storage in memory, no limits.

    The application is at `.app`, its registry at `.app.registry`. Call `close_app` when done with it.
    """
    return TestApp(main({}, **(TEST_SETTINGS | dict(settings or {}))))


def close_app(app: TestApp) -> None:
    """Let go of what the application holds open."""
    close(app.app)
