"""HTTP byte by byte: what no client library would send."""

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass

from tests.functional.described import Got, check, description, shipped

PATIENCE = 10


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def is_json(self):
        return self.headers.get_content_type() == "application/json"


def message(method, path, headers=(), body=b""):
    """A whole request. A header given here replaces the one that a client would send."""
    lines = {"Host": "localhost", "Connection": "close"}
    if body:
        lines["Content-Length"] = str(len(body))
    lines |= dict(headers)
    head = [f"{method} ".encode() + path + b" HTTP/1.1"]
    head += [_line(name, value) for name, value in lines.items() if value is not None]
    return b"\r\n".join([*head, b"", b""]) + body


def _line(name, value):
    return name.encode("latin-1") + b": " + (value if isinstance(value, bytes) else value.encode("latin-1"))


class Wire:
    """A server at a port of this machine."""

    def __init__(self, port):
        self.port = port

    def send(self, request, *, half_close=False):
        """The answer to these bytes; None where the connection was closed without one."""
        with self.connect() as connection:
            # A server may have refused and closed before all of it is sent.
            with contextlib.suppress(ConnectionError):
                connection.sendall(request)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            return self.answer(connection, request.partition(b" ")[0].decode())

    def everything(self, request):
        """All that comes back, until the server closes or has been silent for a second."""
        with self.connect() as connection:
            connection.sendall(request)
            connection.settimeout(1)
            found = b""
            with contextlib.suppress(OSError):
                while part := connection.recv(65_536):
                    found += part
            return found

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    @staticmethod
    def answer(connection, method="GET"):
        response = http.client.HTTPResponse(connection, method=method)
        try:
            response.begin()
            return Answer(response.status, response.headers, response.read())
        except (http.client.BadStatusLine, ConnectionError):
            return None
        finally:
            response.close()

    def call(self, method, path, body=None, token=None, headers=()):
        """An ordinary request with a JSON body, for what surrounds the hostile one."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        content = b"" if body is None else json.dumps(body).encode()
        if content:
            sent["Content-Type"] = "application/json"
        answer = self.send(message(method, f"/api{path}".encode(), sent | dict(headers), content))
        if answer is not None:
            got = Got(answer.status, answer.headers.items(), answer.headers.get_content_type(), answer.body)
            check(description(shipped()), method, f"/api{path}".partition("?")[0], got)
        return answer
