"""A stand-in for TMDB: its API over real HTTP, with the films that ship, and with every fault it is told to have."""

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import orjson

from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.genres import STANDARD_GENRES
from moviecatalog.domain.listings import Popular, Recommendations, Search, TimeWindow, TopRated, Trending
from moviecatalog.plugins.sources.sample.source import SampleSettings, SampleSource

KEY = "0123456789abcdef" * 2
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJzdGFuZC1pbiJ9.c3RhbmQtaW4tc2lnbmF0dXJl"

PAGE_SIZE, LAST_PAGE = 20, 500

FILMS = SampleSource.from_settings(SampleSettings())


class TmdbStandIn:
    """`asked` holds the path and the parameters of every request, without the key.

    `delay` is in seconds, before each answer. `fault(handler)` answers in place of everything else while it is
    set; `twist(path, body)` makes of each body of a 200 what is sent instead.
    """

    def __init__(self, port=0):
        self.asked = []
        self.times = []
        self.delay = 0.0
        self.fault = None
        self.twist = lambda _path, body: body
        self.is_key_good = True
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"stand_in": self}))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/3"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def paths(self):
        return [path for path, _ in self.asked]

    @property
    def settings(self):
        return {
            "moviecatalog.source": "tmdb",
            "moviecatalog.source.tmdb.api_key": KEY,
            "moviecatalog.source.tmdb.base_url": self.url,
            "moviecatalog.source.tmdb.requests_per_second": "1000",
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.body = {"success": False, "status_code": code, "status_message": message}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: TmdbStandIn

    def do_GET(self):
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        key = params.pop("api_key", None)
        path = parts.path.removeprefix("/3/")
        self.stand_in.times.append(time.monotonic())
        self.stand_in.asked.append((path, params))
        time.sleep(self.stand_in.delay)
        if self.stand_in.fault:
            # Whatever a fault leaves behind is no place for another request.
            self.close_connection = True
            with suppress(OSError):
                self.stand_in.fault(self)
            return
        try:
            if not self.stand_in.is_key_good or (key != KEY and self.headers["Authorization"] != f"Bearer {TOKEN}"):
                raise Refused(401, 7, "Invalid API key: You must be granted a valid key.")
            self.answer(200, self.stand_in.twist(path, answer(path, params)))
        except Refused as refused:
            self.answer(refused.status, refused.body)

    def answer(self, status, body, headers=None):
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)

    def log_message(self, *_):
        pass


def answer(path, params):  # noqa: PLR0911  # one for each operation
    match path.split("/"):
        case ["authentication"]:
            return {"success": True, "status_code": 1, "status_message": "Success."}
        case ["genre", "movie", "list"]:
            return {"genres": [{"id": genre.id, "name": genre.name} for genre in STANDARD_GENRES]}
        case ["trending", "movie", window]:
            return page(Trending(TimeWindow(window)), params)
        case ["movie", "popular"]:
            return page(Popular(), params)
        case ["movie", "top_rated"]:
            return page(TopRated(), params)
        case ["search", "movie"]:
            return found(params)
        case ["movie", movie_id]:
            return details(film(movie_id))
        case ["movie", movie_id, "recommendations"]:
            film(movie_id)
            return page(Recommendations(movie_id), params)
    raise not_there()


def not_there():
    return Refused(404, 34, "The resource you requested could not be found.")


def film(movie_id):
    try:
        return FILMS.movie(movie_id)
    except MovieNotFound:
        raise not_there() from None


def page(listing, params):
    number = page_number(params)
    first = FILMS.page(listing, number)
    return envelope(number, first.items, first.total)


def page_number(params):
    number = params.get("page", "1")
    if not number.isdigit() or not 1 <= int(number) <= LAST_PAGE:
        raise Refused(400, 22, "Invalid page: Pages start at 1 and max at 500.")
    return int(number)


def found(params):
    listing = Search(params["query"])
    films = []
    while len(films) < FILMS.page(listing, 1).total:
        films += FILMS.page(listing, len(films) // PAGE_SIZE + 1).items
    year = params.get("primary_release_year")
    if year:
        films = [it for it in films if it.release_date and it.release_date.year == int(year)]
    number = page_number(params)
    return envelope(number, films[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], len(films))


def envelope(number, films, total):
    return {
        "page": number,
        "results": [list_item(film) for film in films],
        "total_pages": -(-total // PAGE_SIZE),
        "total_results": total,
    }


def list_item(film):
    return {
        "adult": False,
        "backdrop_path": film.backdrop_path,
        "genre_ids": list(film.genre_ids),
        "id": film.tmdb_id,
        "original_language": film.original_language,
        "original_title": film.original_title,
        "overview": film.overview,
        "popularity": film.popularity,
        "poster_path": film.poster_path,
        "release_date": film.release_date.isoformat() if film.release_date else "",
        "title": film.title,
        "video": False,
        "vote_average": film.vote_average,
        "vote_count": film.vote_count,
    }


def details(film):
    names = {genre.id: genre.name for genre in STANDARD_GENRES}
    item = list_item(film)
    item["genres"] = [{"id": genre, "name": names.get(genre, "")} for genre in item.pop("genre_ids")]
    return item | {"imdb_id": None, "runtime": 0, "status": "Released", "tagline": "", "homepage": ""}
