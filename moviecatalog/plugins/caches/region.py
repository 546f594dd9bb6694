"""The dogpile region that every cache here is built on: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from dogpile.cache import CacheRegion, make_region
from dogpile.cache.api import CantDeserializeException


def _deserialize(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        # dogpile takes this one for "not there"; anything else would become the caller's error.
        raise CantDeserializeException from None


def json_region(backend: str, arguments: Mapping[str, Any] | None = None) -> CacheRegion:
    """A configured region over the dogpile backend of this name.

    Values travel as JSON even to the memory backend: that one would else hand out the very object that
    it was given, for anybody to change. Never pickle: whoever can write to the store could run code here.
    """
    region = make_region(serializer=orjson.dumps, deserializer=_deserialize)
    return region.configure(backend, arguments=dict(arguments or {}))
