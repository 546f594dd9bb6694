"""What every answer needs, whatever it is about.

A request meets these in this order, and its answer in the opposite one:

1. `guard`, before Pyramid: bodies and URLs that nobody should have to deal with
2. `request_id`, `metering` (where `moviecatalog.metrics` includes it), `access_log`: every answer, the guard's included
3. `cors`: preflights end here
4. `conditional`: ETag, 304, headers that all answers have
5. Pyramid's exception views: errors become answers
6. `admission`: who is asking, and how often
"""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.include("moviecatalog.http.json_renderer")
    config.include("moviecatalog.http.client_address")
    config.include("moviecatalog.http.access_log")
    config.include("moviecatalog.http.cors")
    config.include("moviecatalog.http.conditional")
    config.include("moviecatalog.http.admission")
