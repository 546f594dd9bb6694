"""Loaded once, before the processes that serve are forked off: what the first application loads late, they have."""

from moviecatalog.testing.application import close_app, make_app

close_app(make_app())
