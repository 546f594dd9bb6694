"""An HTTP server that answers as OMDb does, of films that it makes up."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "a-key"
PAGE_SIZE = 10

FILMS = [
    {
        "imdbID": f"tt{number:07}",
        "Title": f"Star Wars: Episode {number}",
        "Year": str(1976 + number),
        "Type": "movie",
        "Poster": f"https://posters.example/{number}.jpg" if number % 5 else "N/A",
    }
    for number in range(1, 24)
]
MORE = {
    "Plot": "A farm boy leaves his planet.",
    "Released": "25 May 1977",
    "imdbRating": "8.6",
    "imdbVotes": "1,512,345",
    "Response": "True",
}
NOT_FOUND = {"Response": "False", "Error": "Movie not found!"}


def answer(question):
    if question.get("apikey") != KEY:
        return 401, {"Response": "False", "Error": "Invalid API key!"}
    if "s" in question:
        return 200, found(question["s"].lower(), int(question.get("page", 1)))
    film = next((film for film in FILMS if film["imdbID"] == question.get("i")), None)
    return 200, film | MORE if film else {"Response": "False", "Error": "Incorrect IMDb ID."}


def found(text, page):
    films = [film for film in FILMS if all(word in film["Title"].lower() for word in text.split())]
    shown = films[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return {"Search": shown, "totalResults": str(len(films)), "Response": "True"} if shown else NOT_FOUND


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        status, said = answer(question)
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class OmdbStandIn:
    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
