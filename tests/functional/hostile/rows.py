"""The table of what no client should send: a request a row, with the answer that it gets."""

import json
from dataclasses import dataclass, field
from typing import Any

from moviecatalog.testing.client import PASSWORD

JSON = {"Content-Type": "application/json"}
RATE = b"/api/movies/1/rate/"
USERS = b"/api/auth/users/"
TOKEN = b"/api/auth/token/"
REFRESH = b"/api/auth/token/refresh/"
PROFILE = b"/api/auth/users/update_profile/"
GOOD = b'{"rating": 9}'
TAKEN = (200, 201)


@dataclass(frozen=True)
class Row:
    """One request, and the statuses that it may be answered with.

    `names` is the field, or fields, that a 400 tells of. `headers` stand beside those of a JSON body; None takes one
    away. Where it is `by_server` the server itself may refuse, in words of its own or by closing.
    """

    words: str
    method: str
    path: bytes
    expected: tuple[int, ...]
    body: bytes = b""
    names: tuple[str, ...] = ()
    headers: dict[str, Any] = field(default_factory=dict)
    signed_in: bool = True
    half_close: bool = False
    by_server: bool = False

    def __str__(self):
        return self.words


def r(words, body, *expected, **kwargs):
    """A rating."""
    headers = JSON | kwargs.pop("headers", {})
    path = kwargs.pop("path", RATE)
    kwargs["names"] = (kwargs["names"],) if isinstance(kwargs.get("names"), str) else kwargs.get("names", ())
    return Row(f"R {words}", "POST", path, expected, body, headers=headers, **kwargs)


def rating(value):
    return b'{"rating": ' + value + b"}"


def review(value):
    return b'{"rating": 9, "review": ' + value + b"}"


def query(words, path, text, *expected, names=None):
    return Row(words, "GET", path + text, expected, names=(names,) if names else (), signed_in=False)


def movies(words, text, *expected, names=None):
    return query(f"L {words}", b"/api/movies/?", text, *expected, names=names)


def search(words, text, *expected, names=None):
    return query(f"S {words}", b"/api/movies/search/?", text, *expected, names=names)


def registered(words, change, *expected, names=()):
    account = {"username": "newcomer", "email": "new@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    body = json.dumps(account | change).encode()
    return Row(f"U {words}", "POST", USERS, expected, body, names, JSON, signed_in=False)


def profile(words, change, *expected, names=()):
    return Row(f"profile {words}", "PUT", PROFILE, expected, json.dumps(change).encode(), names, JSON)


def sent(words, path, body, *expected, names=()):
    return Row(words, "POST", path, expected, body, names, JSON, signed_in=False)


UNREADABLE = "non_field_errors"

BODIES = [
    r("empty body", b"", 400, names=UNREADABLE),
    r('{"rating":', b'{"rating":', 400, names=UNREADABLE),
    *(r(body.decode(), body, 400, names=UNREADABLE) for body in (b"[]", b'"a"', b"5", b"true", b"null")),
    r("{}", b"{}", 400, names="rating"),
    r('{"rating":9.5}', rating(b"9.5"), 400, names="rating"),
    *(r(f"{value.decode()} (whole)", rating(value), *TAKEN) for value in (b"9.0", b"1e0")),
    r("true as rating", rating(b"true"), 400, names="rating"),
    *(r(f"{text} as text", rating(json.dumps(text).encode()), 400, names="rating") for text in ("9", " 9 ", "1_0", "٩", "+9")),
    *(r(value.decode(), rating(value), 400, names="rating") for value in (b"0", b"11", b"-1")),
    *(r(value.decode(), rating(value), 400, names=UNREADABLE) for value in (b"NaN", b"Infinity")),
    r("1e400", rating(b"1e400"), 400, names="rating"),
    r("5,000-digit int", rating(b"9" * 5_000), 400, names=UNREADABLE),
    *(r(f"{value.decode()} as rating", rating(value), 400, names="rating") for value in (b"null", b"[9]", b"{}", b'""')),
    r("duplicate key rating", b'{"rating": 9, "rating": 8}', 400, names=UNREADABLE),
    r("review with \\u0000", review(b'"a\\u0000b"'), 400, names="review"),
    r('review "\\ud800"', review(b'"\\ud800"'), 400, names="review"),
    r("raw byte 0xFF in JSON", review(b'"\xff"'), 400, names=UNREADABLE),
    r("review 10,001 chars", review(b'"' + b"x" * 10_001 + b'"'), 400, names="review"),
    *(r(f"review {value.decode()}", review(value), 400, names="review") for value in (b"[]", b"{}", b"5", b"true")),
    r("JSON 5,000 levels deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400, names=UNREADABLE),
    r("a list 60,000 levels deep", b"[" * 60_000, 400, names=UNREADABLE),
    r("64 KiB + 1 bytes", b'{"a": "' + b"x" * (65_537 - 9) + b'"}', 413),
    r("64 KiB", GOOD[:-1] + b', "a": "' + b"x" * (65_536 - len(GOOD) - 9) + b'"}', *TAKEN),
    r("chunked over the cap", b"4000\r\n" + b"x" * 0x4000 + b"\r\n" + b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n0\r\n\r\n", 413,
      headers={"Transfer-Encoding": "chunked", "Content-Length": None}),
    r("chunked", b"d\r\n" + GOOD + b"\r\n0\r\n\r\n", *TAKEN,
      headers={"Transfer-Encoding": "chunked", "Content-Length": None}),
    r("Content-Length 2 GiB, no body", b"", 413, headers={"Content-Length": "2147483648"}, by_server=True),
    r("Content-Length of letters", b"", 400, headers={"Content-Length": "many"}, by_server=True),
    r("bad chunk size", b"zz\r\n" + GOOD + b"\r\n0\r\n\r\n", 400,
      headers={"Transfer-Encoding": "chunked", "Content-Length": None}, by_server=True),
    r("shorter than Content-Length", GOOD, 400, headers={"Content-Length": "50"}, half_close=True, by_server=True),
    r("multipart without boundary", GOOD, 415, headers={"Content-Type": "multipart/form-data"}),
    r("charset=bogus", GOOD, 415, headers={"Content-Type": "application/json; charset=bogus"}),
    r("form-urlencoded", b"rating=9", 415, headers={"Content-Type": "application/x-www-form-urlencoded"}),
    r("no Content-Type", GOOD, 415, headers={"Content-Type": None}),
    *(r(name, GOOD, 415, headers={"Content-Type": name}) for name in ("text/plain", "application/xml", "application/vnd.api+json")),
    *(r(name, GOOD, *TAKEN, headers={"Content-Type": name})
      for name in ("Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF8")),
    *(r(f"{name} body + charset", GOOD.decode().encode(name), 400, names=UNREADABLE,
        headers={"Content-Type": f"application/json; charset={name}"}) for name in ("utf-16", "latin-1")),
    r("UTF-16 body without charset", GOOD.decode().encode("utf-16"), 400, names=UNREADABLE),
    r("UTF-8 BOM", b"\xef\xbb\xbf" + GOOD, 400, names=UNREADABLE),
    *(r(f"unknown key {key}", b'{"rating": 9, "%s": 1}' % key.encode(), *TAKEN)
      for key in ("is_staff", "user_id", "id", "__proto__", "__class__")),
    r("without trailing slash", GOOD, *TAKEN, path=b"/api/movies/1/rate"),
    *(r(f"Origin: {origin}", GOOD, *TAKEN, headers={"Origin": origin})
      for origin in ("http://localhost", "null", "https://evil.example")),
    r("1,000 headers", GOOD, 200, 201, 431, headers={f"X-Header-{n}": "x" for n in range(1_000)}, by_server=True),
]  # fmt: skip

PATHS = [
    *(query(f"id {text}", b"/api/movies/", text.encode() + b"/", 404)
      for text in ("0", "-1", "abc", "1.5", "1e3", "01", "1;", str(2**63), str(10**30), "%00", "1%2f2", "..%2f", "999999999")),
    query("id %ff", b"/api/movies/", b"%ff/", 400, names=UNREADABLE),
    query("recommendations of an unknown movie", b"/api/movies/999999999", b"/recommendations/", 404),
    *(query(f"unknown path {text.decode()}", text, b"", 404)
      for text in (b"/api/nothing/", b"/api/movies/1/nothing/", b"/api/auth/", b"/", b"/favicon.ico", b"//evil.example/..")),
    query("path %ff", b"/api/", b"%ff/", 400, names=UNREADABLE),
    Row("20 kB URI", "GET", b"/api/movies/?x=" + b"y" * 20_000, (200, 414), signed_in=False, by_server=True),
    *(Row(f"method {method} on {path.decode()}", method, path, (405,), signed_in=False) for method, path in (
        ("PATCH", USERS), ("PUT", b"/api/movies/1/"), ("POST", b"/api/movies/1/"), ("POST", b"/api/movies/"),
        ("DELETE", b"/api/movies/"), ("DELETE", b"/api/movies/1/"), ("GET", RATE), ("GET", TOKEN),
        ("FOO", b"/api/movies/"), ("TRACE", b"/api/movies/"), ("OPTIONS", b"/api/movies/"))),
]  # fmt: skip

QUERIES = [
    *(movies(f"page={text}", f"page={text}".encode(), 400, names="page") for text in (
        "0", "-1", "abc", "1.0", "1e3", "true", "", str(2**31), str(10**30), "%D9%A3", "+5", "%2B5", "%201")),
    movies("page of 5,000 digits", b"page=" + b"9" * 5_000, 400, names="page"),
    movies("page past the end", b"page=9999", 404),
    movies("page=%ff", b"page=%ff", 400, names=UNREADABLE),
    movies("another parameter %ff", b"x=%ff", 400, names=UNREADABLE),
    movies("page=1&page=2", b"page=1&page=2", 400, names="page"),
    movies("genre twice", b"genre=18&genre=53", 200),
    *(movies(f"page_size={text}", f"page_size={text}".encode(), 200) for text in ("101", "1000", str(10**30))),
    *(movies(f"page_size={text}", f"page_size={text}".encode(), 400, names="page_size") for text in ("0", "-1", "x", "")),
    movies("unknown parameter", b"color=red", 200),
    *(search(words, text, 400, names="q") for words, text in (
        ("without q", b""), ("q empty", b"q="), ("q of spaces", b"q=%20%20"), ("q 201 chars", b"q=" + b"x" * 201),
        ("q=%00", b"q=%00"), ("q surrogate", b"q=x&q=y"))),
    *(search(f"q={text.decode()}", b"q=" + text, 400) for text in (b"%ff", b"%ed%a0%80")),
    *(search(f"q={text}", b"q=" + text.encode(), 200) for text in (
        "%25", "_", "'", "%22;--", "*", "a*", "%22", "(", "a%20AND", "NOT", "a%20OR%20b", "NEAR(a)", "search_words:a", "%5C",
        "-a", "%5E", "a%26b", "!a", "a%3A*", "%3C-%3E")),
    *(search(f"q={text} filtered", b"min_rating=0&q=" + text.encode(), 200) for text in (
        "%25", "_", "'", "%22;--", "*", "a*", "%22", "(", "a%20AND", "NOT", "a%20OR%20b", "NEAR(a)", "search_words:a", "%5C",
        "-a", "%5E", "a%26b", "!a", "a%3A*", "%3C-%3E")),
    *(search(f"min_rating={text}", f"q=a&min_rating={text}".encode(), 400, names="min_rating")
      for text in ("abc", "NaN", "inf", "-1", "11", "", "1e1")),
    search("min > max", b"q=a&min_rating=8&max_rating=7", 400, names=UNREADABLE),
    *(search(f"release_year={text}", f"q=a&release_year={text}".encode(), 400, names="release_year")
      for text in ("0", "99999", "1999.5", "")),
    search("min_popularity=1e999", b"q=a&min_popularity=1e999", 400, names="min_popularity"),
    *(query(f"trending time_window={text}", b"/api/movies/trending/?time_window=", text.encode(), 400, names="time_window")
      for text in ("month", "", "DAY")),
    *(movies(f"ordering={text}", f"ordering={text}".encode(), 400, names="ordering") for text in ("id", "title;", "--title", "")),
]  # fmt: skip

REGISTRATIONS = [
    registered("password mismatch", {"password_confirm": "another one"}, 400, names=("password_confirm",)),
    *(registered(f"password {words}", {"password": text, "password_confirm": text}, 400, names=("password",)) for words, text in (
        ("7 chars", "abcdefg"), ("129 chars", "x" * 129), ('"password"', "password"), ('"12345678"', "12345678"))),
    *(registered(f"password {words}", {"password": text, "password_confirm": text}, 400, names=("password", "password_confirm"))
      for words, text in (("with NUL", "correct\0horse"), ("with a surrogate", "correct\ud800horse"))),
    registered("password 1 MB", {"password": "x" * 1_000_000, "password_confirm": "x"}, 413),
    *(registered(f"username {words}", {"username": text}, 400, names=("username",)) for words, text in (
        ('""', ""), ("151 chars", "x" * 151), ("a b", "a b"), ("zero-width", "a\u200bb"), ("../x", "../x"), ("NUL", "a\0b"))),
    *(registered(f"email {words}", {"email": text}, 400, names=("email",)) for words, text in (
        ("a@b", "a@b"), ("a@b.com\\n", "a@b.com\n"), ("CRLF", "a@b.com\r\nBcc: c@d.com"), ("255 chars", "x" * 64 + "@" + "y" * 186 + ".com"))),
    *(registered(f"every field {words}", dict.fromkeys(("username", "email", "password", "password_confirm"), value), 400,
                 names=("username", "email", "password", "password_confirm"))
      for words, value in (("null", None), ("a list", []), ("an object", {}))),
    *(registered(f"first_name {words}", {"first_name": value}, 400, names=("first_name",))
      for words, value in (("151 chars", "x" * 151), ("NUL", "a\0b"), ("number", 5))),
    sent("U every field missing", USERS, b"{}", 400, names=("username", "email", "password", "password_confirm")),
    *(profile(f"picture {text[:20]}", {"profile_picture": text}, 400, names=("profile_picture",)) for text in (
        "javascript:alert(1)", "data:image/png;base64,AA", "//x", "http://127.0.0.1", "https://user:pw@example.com/x",
        "https://example.com/" + "x" * 3_000)),
    sent("login body list", TOKEN, b"[]", 400, names=(UNREADABLE,)),
    sent("login fields as objects", TOKEN, b'{"username": {}, "password": {}}', 400, names=("username", "password")),
    sent("login 1 MB password", TOKEN, b'{"username": "a", "password": "' + b"x" * 1_000_000 + b'"}', 413),
    *(sent(f"refresh {words}", REFRESH, body, *expected, names=names) for words, body, expected, names in (
        ("missing", b"{}", (400,), ("refresh",)), ("null", b'{"refresh": null}', (400,), ("refresh",)),
        ("5", b'{"refresh": 5}', (400,), ("refresh",)), ('""', b'{"refresh": ""}', (400,), ("refresh",)),
        ("70 kB", b'{"refresh": "' + b"x" * 70_000 + b'"}', (413,), ()),
        ("60 kB", b'{"refresh": "' + b"x" * 60_000 + b'"}', (401,), ()))),
]  # fmt: skip

HEADERS = [
    *(Row(f"Accept: {accept}", "GET", path, (status,), headers={"Accept": accept}, signed_in=False)
      for accept in ("text/html", "garbage", "*/*", "application/xml", "")
      for path, status in ((b"/api/movies/", 200), (b"/api/movies/0/", 404), (b"/api/auth/users/me/", 401))),
    *(Row(f"Host: {host}", "GET", b"/api/movies/", (400,), headers={"Host": host}, signed_in=False, names=(UNREADABLE,))
      for host in ('a b"<>', "evil.example/x", "a@b", "host:port", "[::1", "%00")),
    Row("OPTIONS without Origin", "OPTIONS", b"/api/movies/", (405,), signed_in=False),
    Row("Range", "GET", b"/api/movies/", (200,), headers={"Range": "bytes=0-10"}, signed_in=False),
    Row("If-Modified-Since garbage", "GET", b"/api/movies/", (200,), headers={"If-Modified-Since": "garbage"}, signed_in=False),
    Row("GET with a body", "GET", b"/api/movies/", (200,), b"not json", signed_in=False),
]  # fmt: skip

ROWS = [*BODIES, *PATHS, *QUERIES, *REGISTRATIONS, *HEADERS]
