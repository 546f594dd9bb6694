"""Pyramid's renderer "json", by orjson: ten times faster than the standard library's, and strict about UTF-8."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from pyramid.config import Configurator

# Times as the API writes them: 2024-01-15T10:30:00Z.
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def json_renderer(_info: Any) -> Callable[[Any, dict[str, Any]], bytes]:
    def render(value: Any, system: dict[str, Any]) -> bytes:
        system["request"].response.content_type = "application/json"
        return orjson.dumps(value, option=OPTIONS)

    return render


def includeme(config: Configurator) -> None:
    config.add_renderer("json", json_renderer)
