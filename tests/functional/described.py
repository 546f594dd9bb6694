"""Checks each answer against the API's own description of it."""

import json
import re
from dataclasses import dataclass
from functools import cache

import jsonschema_rs

from moviecatalog.testing.application import close_app, make_app

PREFIX = "/api"

EVERYWHERE = {
    # What HTTP itself gives a meaning, and browsers are told.
    *("content-type", "content-length", "date", "server", "connection", "vary", "cache-control", "allow"),
    *("x-content-type-options", "content-security-policy", "referrer-policy"),
}
CORS = "access-control-"


def described(app):
    """The same `webtest.TestApp`, which fails a test that gets what the description doesn't hold."""
    send = app.do_request

    def checked(request, *args, **kwargs):
        answer = send(request, *args, **kwargs)
        got = Got(answer.status_int, answer.headerlist, answer.content_type, answer.body)
        check(description_of(app), request.method, request.environ["PATH_INFO"], got)
        return answer

    app.do_request = checked
    return app


@dataclass(frozen=True)
class Got:
    status: int
    headers: list
    content_type: str
    body: bytes


def check(description, method, path, answer):
    if method == "OPTIONS" or not path.startswith(f"{PREFIX}/"):
        return
    operation = description.operation(method, path.removeprefix(PREFIX))
    told = f"{method} {path} answered {answer.status}"
    if operation is None:
        assert answer.status in (400, 401, 404, 405, 413, 429, 503), f"{told}, and is no operation"
        return
    found = operation.get(str(answer.status))
    assert found is not None, f"{told}, which is not described"
    found.check(told, answer)


class DescribedAnswer:
    def __init__(self, answer, components):
        self._headers = {
            name.lower(): jsonschema_rs.Draft202012Validator(header["schema"])
            for name, header in answer.get("headers", {}).items()
        }
        self._content = {
            media_type: jsonschema_rs.Draft202012Validator(content["schema"] | components, validate_formats=True)
            for media_type, content in answer.get("content", {}).items()
        }

    def check(self, told, answer):
        for name, value in answer.headers:
            known = name.lower()
            if known in EVERYWHERE or known.startswith(CORS):
                continue
            assert known in self._headers, f"{told} with the header {name}, which is not described"
            assert self._headers[known].is_valid(int(value) if value.isdigit() else value), (told, name, value)
        if not answer.body:
            return
        assert answer.content_type in self._content, f"{told} as {answer.content_type}"
        if answer.content_type == "application/json":
            for error in self._content["application/json"].iter_errors(json.loads(answer.body)):
                raise AssertionError(f"{told}: {'.'.join(map(str, error.instance_path))}: {error.message}")


def only_what_is_told(schema):
    """A field that isn't described is a mistake of ours, though clients must put up with it."""
    return schema | {"additionalProperties": False} if "properties" in schema else schema


class Description:
    """The answers of each operation, by method and path."""

    def __init__(self, document):
        self._document = document
        schemas = {name: only_what_is_told(schema) for name, schema in document["components"]["schemas"].items()}
        components = {"components": {"schemas": schemas}}
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[1-9][0-9]{0,17}", path)), self._operations(methods, components))
            for path, methods in document["paths"].items()
        ]

    def _operations(self, methods, components):
        return {
            method.upper(): {
                status: DescribedAnswer(self._resolved(answer), components)
                for status, answer in operation["responses"].items()
            }
            for method, operation in methods.items()
        }

    def _resolved(self, node):
        """With what it refers to in its place, but for schemas."""
        if isinstance(node, dict):
            if node.get("$ref", "#/components/schemas/").startswith("#/components/schemas/"):
                return {name: self._resolved(it) for name, it in node.items()}
            found = self._document
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            return self._resolved(found)
        return node

    def operation(self, method, path):
        """With and without its last slash, and HEAD as GET; None where there is none."""
        for pattern, operations in self._paths:
            if pattern.fullmatch(path) or pattern.fullmatch(f"{path}/"):
                return operations.get("GET" if method == "HEAD" else method)
        return None


def description_of(app):
    """That of the application itself where it is in this process; else of one with the same services."""
    registry = getattr(app.app, "registry", None)
    return description(registry.documentation.document if registry else shipped())


@cache
def description(document):
    return Description(json.loads(document))


@cache
def shipped():
    app = make_app()
    document = app.app.registry.documentation.document
    close_app(app)
    return document
