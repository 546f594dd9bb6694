"""What may go wrong between us and TMDB: each takes the stand-in's handler, and answers in its own way."""

import gzip
import socket
import struct
import time
from functools import cache


def status(code, body=b'{"success":false}', **headers):
    def fault(handler):
        handler.answer(code, body, {name.replace("_", "-"): value for name, value in headers.items()})

    return fault


def once_then_well(code):
    """The first request fails; the others are answered."""
    left = [1]

    def fault(handler):
        if left:
            left.pop()
            handler.answer(code, b"")
        else:
            handler.stand_in.fault = None
            handler.stand_in.asked.pop()
            handler.do_GET()

    return fault


def throttled(retry_after=None):
    return status(429, **({"Retry_After": retry_after} if retry_after is not None else {}))


def hang(handler):
    time.sleep(20)


def drip_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(80):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.25)


def drip_headers(handler):
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 60:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.25)


def close_at_once(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def reset_in_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"results": [')
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def short_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"results": []}')


def body(content):
    return status(200, content)


@cache
def bomb():
    return gzip.compress(b" " * 200_000_000, compresslevel=1)


def gzip_bomb(handler):
    handler.answer(200, bomb(), {"Content-Encoding": "gzip"})


false_gzip = status(200, b'{"results": []}', Content_Encoding="gzip")


def redirect(location):
    return status(301, b"", Location=location)


def redirect_to_itself(handler):
    handler.answer(301, b"", {"Location": handler.path})


def cookie(handler):
    """A good answer that wants to be remembered, and a bad one for whoever remembers."""
    if handler.headers["Cookie"]:
        handler.answer(500, b"")
        return
    handler.answer(200, b'{"page":1,"results":[],"total_pages":1,"total_results":0}', {"Set-Cookie": "a=b; Path=/"})


FAULTS = {
    "500": status(500),
    "502 with HTML": status(502, b"<html>Bad gateway</html>"),
    "503 without a body": status(503, b""),
    "429 with Retry-After 2": throttled("2"),
    "429 with Retry-After 3600": throttled("3600"),
    "429 with a date": throttled("Wed, 21 Oct 2026 07:28:00 GMT"),
    "429 with nonsense": throttled("soon"),
    "429 without Retry-After": throttled(),
    "accept and hang": hang,
    "drip the body": drip_body,
    "drip the headers": drip_headers,
    "close at once": close_at_once,
    "reset within the body": reset_in_body,
    "body shorter than announced": short_body,
    "200 with HTML": body(b"<html>hello</html>"),
    "empty": body(b""),
    "a list": body(b"[]"),
    "NaN": body(b'{"page": 1, "results": [], "total_results": NaN}'),
    "200 kB of [": body(b"[" * 200_000),
    "a gzip bomb": gzip_bomb,
    "false gzip": false_gzip,
    "3 MB": body(b'{"results": [], "padding": "' + b"a" * 3_000_000 + b'"}'),
    "a redirect to a metadata address": redirect("http://169.254.169.254/latest/meta-data/"),
    "a redirect to a file": redirect("file:///etc/passwd"),
    "a redirect to another host": redirect("http://example.org/"),
    "a redirect to itself": redirect_to_itself,
    "a refused key": status(401, b'{"status_code":7,"status_message":"Invalid API key"}'),
    "no results": body(b'{"page": 1}'),
    "results that are none": body(b'{"page": 1, "results": {"a": 1}}'),
    "400": status(400, b'{"status_code":22}'),
    "403": status(403, b"<html>blocked</html>"),
}
