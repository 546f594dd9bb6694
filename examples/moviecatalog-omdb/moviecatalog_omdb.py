"""Films of the OMDb API, https://www.omdbapi.com/, by their IMDb ids."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import requests

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.listings import Capability
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.settings import parsers, setting

TEXTS = {"external_id": "imdbID", "title": "Title", "overview": "Plot", "poster_path": "Poster"}


@dataclass(frozen=True, kw_only=True)
class OmdbSettings:
    api_key: str = setting(parsers.text, "the key of the OMDb API", secret=True)
    url: str = setting(parsers.url_prefix, "where the OMDb API is", default="https://www.omdbapi.com/")
    popular: str = setting(parsers.text, "what stands for popular films, by a search for it", default="star wars")


class OmdbSource(MovieSource):
    Settings, namespace, page_size, page_limit = OmdbSettings, "imdb", 10, 100
    capabilities = frozenset({Capability.POPULAR, Capability.SEARCH})

    def __init__(self, settings):
        self.settings = settings

    def movie(self, external_id):
        found = self.ask(i=external_id)
        if found is None:
            raise MovieNotFound(external_id)
        known = {name: value for name, value in found.items() if value != "N/A"}
        day = datetime.strptime(known["Released"], "%d %b %Y").date() if "Released" in known else None
        votes, average = int(known.get("imdbVotes", "0").replace(",", "")), float(known.get("imdbRating", 0))
        texts = {ours: known[theirs] for ours, theirs in TEXTS.items() if theirs in known}
        return MovieFacts(namespace="imdb", release_date=day, vote_count=votes, vote_average=average, **texts)

    def page(self, listing, number):
        text = getattr(listing, "text", self.settings.popular)
        found = self.ask(s=text, page=number) or {"Search": [], "totalResults": 0}
        with ThreadPoolExecutor(self.page_size) as at_once:
            films = tuple(at_once.map(self.movie, [it["imdbID"] for it in found["Search"]]))
        return SourcePage(films, int(found["totalResults"]))

    def ask(self, **question):
        try:
            answer = requests.get(self.settings.url, {"apikey": self.settings.api_key, **question}, timeout=1.4)
            answer.raise_for_status()
            return answer.json() if answer.json()["Response"] == "True" else None
        except (requests.RequestException, KeyError) as error:  # whose text may hold the key
            raise SourceUnavailable(f"OMDb fails ({type(error).__name__})") from None


def includeme(config):
    config.add_movie_source("omdb", OmdbSource.from_settings)
