"""An operation as a command line that can be pasted into a shell."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from moviecatalog.openapi.examples import example

BREAK = " \\\n  "


def command_line(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """A curl command with what the operation requires. `$API` and `$TOKEN` are for the reader to set."""
    parts = ["curl" if method == "GET" else f"curl -X {method}", f'"$API{_target(path, operation, document)}"']
    if {"bearerAuth": []} in operation.get("security", ()) and {} not in operation["security"]:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if "requestBody" in operation:
        ((media_type, content),) = operation["requestBody"]["content"].items()
        body = json.dumps(example(content["schema"], document), ensure_ascii=False)
        parts += [f'-H "Content-Type: {media_type}"', f"-d {shlex.quote(body)}"]
    return parts[0] + " " + BREAK.join(parts[1:])


def _target(path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    required = [it for it in operation.get("parameters", ()) if it["required"]]
    query = {}
    for parameter in required:
        value = example(parameter["schema"], document)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value), safe=""))
        else:
            query[parameter["name"]] = value
    return f"{path}?{urlencode(query, doseq=True)}" if query else path
