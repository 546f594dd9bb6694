"""One GET over HTTP, within limits that hold whatever the other end does.

`requests` has a time-out for each wait on the socket, none for the whole: a body, or headers, that come byte
by byte could take for ever. So each exchange runs in a thread of its own, and who waits for it shuts its
socket down when time is up; the thread is free again then.
"""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from moviecatalog.plugins.sources.tmdb.settings import ApiKey

THREADS = 8
"""At most so many exchanges at once; TMDB serves some 20 connections for an address."""

CONNECT_SECONDS = 1.0

BODY_CAP = 2_097_152
"""In bytes, after decompression. TMDB's largest answers take a hundredth."""

CHUNK = 65_536

HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "moviecatalog"}

TROUBLE = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)


class NoReply(Exception):
    """Nothing that could be read came in time; the message says why, and quotes nothing that was sent.

    `is_worth_another` is said of a connection that wasn't made, or was closed: what was slow once would be so again.
    """

    def __init__(self, reason: str, *, is_worth_another: bool = False) -> None:
        super().__init__(reason)
        self.is_worth_another = is_worth_another


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    retry_after: str | None
    body: bytes


class Transport:
    """Any number of threads may ask. Redirects aren't followed, cookies not kept, nothing is tried again."""

    def __init__(self, base_url: str, key: ApiKey) -> None:
        self._base_url = base_url
        self._key = key
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tmdb")
        self._session = requests.Session()
        # Neither proxies nor a .netrc of the account that runs the process: .netrc would replace our credentials.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(HEADERS)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(pool_maxsize=THREADS))

    def get(self, path: str, params: dict[str, str], seconds: float) -> Reply:
        """The answer, of any status, within `seconds`. Raises NoReply."""
        exchange = _Exchange(self._key)
        future = self._threads.submit(self._exchange, exchange, path, params, seconds)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            exchange.abort()
            raise NoReply(f"no whole answer within {seconds:.1f} s") from None

    def _exchange(self, exchange: _Exchange, path: str, params: dict[str, str], seconds: float) -> Reply:
        _current.set(exchange)
        timeouts = (min(CONNECT_SECONDS, seconds), seconds)
        try:
            with self._session.get(
                self._base_url + path, params=params, timeout=timeouts, allow_redirects=False, stream=True
            ) as response:
                return Reply(response.status_code, response.headers.get("Retry-After"), _body(response))
        except TROUBLE as error:
            again = isinstance(error, requests.ConnectionError)
            raise NoReply(type(error).__name__, is_worth_another=again) from None

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._session.close()


def _body(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > BODY_CAP:
            raise NoReply(f"a body of more than {BODY_CAP} bytes")
    return bytes(body)


class _Exchange:
    """A request under way.

    The key is added where the request line is written, below requests and urllib3: both quote URLs in
    their exceptions, and urllib3 in its log.
    """

    def __init__(self, key: ApiKey) -> None:
        self._key = key
        self._connection: HTTPConnection | None = None
        self._is_aborted = False

    def sign_url(self, url: str) -> str:
        if self._key.is_token:
            return url
        return f"{url}{'&' if '?' in url else '?'}api_key={quote(self._key.text)}"

    def sign_headers(self, connection: HTTPConnection) -> None:
        if self._key.is_token:
            connection.putheader("Authorization", f"Bearer {self._key.text}")

    def use(self, connection: HTTPConnection) -> None:
        """Called when there may be a socket to be shut down. Raises OSError where nobody waits any more."""
        self._connection = connection
        if self._is_aborted:
            raise ConnectionAbortedError

    def abort(self) -> None:
        self._is_aborted = True
        sock = self._connection.sock if self._connection else None
        if sock is not None:
            with suppress(OSError):
                # The plain socket's own method: that of TLS would end the session in the other thread's hands.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


_current: ContextVar[_Exchange] = ContextVar("exchange")


class _Signing:
    """Mixed into urllib3's connections."""

    def connect(self) -> None:
        exchange = _current.get()
        exchange.use(self)  # type: ignore[arg-type]  # always mixed into one
        super().connect()  # type: ignore[misc]
        exchange.use(self)  # type: ignore[arg-type]

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        exchange = _current.get()
        exchange.use(self)  # type: ignore[arg-type]
        super().putrequest(method, exchange.sign_url(url), *args, **kwargs)  # type: ignore[misc]
        exchange.sign_headers(self)  # type: ignore[arg-type]


class _PlainConnection(_Signing, HTTPConnection):
    pass


class _TlsConnection(_Signing, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
