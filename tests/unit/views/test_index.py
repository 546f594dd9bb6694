import datetime as dt
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pyramid.config import Configurator
from webtest import TestApp

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.domain.listings import Popular
from moviecatalog.domain.movies import Movie, SeenMovie
from moviecatalog.presenters.movies import Images
from moviecatalog.request import Request
from moviecatalog.schemas.index import IndexAnswer
from moviecatalog.services.catalog import MoviePage

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOW = dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC)


def make_film(**facts):
    times = {"created_at": NOW, "updated_at": NOW, "refreshed_at": NOW}
    return Movie(**({"id": 1, "namespace": "tmdb", "external_id": "550", "title": "Fight Club"} | times | facts))


class FakeCatalog:
    def __init__(self):
        self.films = [make_film(release_date=dt.date(1999, 10, 15), poster_path="/club.jpg")]
        self.freshness = Freshness(CacheState.HIT)

    def listing(self, listing, window, viewer):
        assert (listing, viewer) == (Popular(), None)
        if self.films is None:
            raise SourceUnavailable("down")
        return MoviePage(tuple(SeenMovie(film) for film in self.films), len(self.films), window, self.freshness)


class RequestWithImages(Request):
    images = Images("https://images.example/t/p/")


@pytest.fixture
def catalog():
    return FakeCatalog()


@pytest.fixture
def plugins():
    return SimpleNamespace(attribution="Thanks to the source.")


@pytest.fixture
def app(catalog, plugins):
    with Configurator(request_factory=RequestWithImages) as config:
        config.registry.services = SimpleNamespace(catalog=catalog)
        config.registry.plugins = plugins
        config.registry.core_settings = SimpleNamespace(http=SimpleNamespace(public_url=None))
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.views")
        config.include("moviecatalog.openapi")
        return TestApp(config.make_wsgi_app())


def open_page(app):
    answer = app.get("/api/", headers={"Accept": BROWSER})
    return answer, BeautifulSoup(answer.text, "html.parser")


class TestForPrograms:
    @pytest.mark.parametrize("accept", [None, "*/*", "application/json", "image/png", "text/html;q=0.5, */*"])
    def test_it_is_json_unless_html_is_preferred(self, app, accept):
        answer = app.get("/api/", headers={"Accept": accept} if accept else {})
        assert answer.content_type == "application/json"
        assert answer.headers["Vary"] == "Accept"
        assert answer.json["name"] == "moviecatalog"
        assert answer.json["version"]
        assert answer.json["attribution"] == "Thanks to the source."

    def test_it_has_the_fields_of_its_schema(self, app):
        answer = app.get("/api/").json
        fields = {field.name: field for field in IndexAnswer().children}
        assert list(answer) == list(fields)
        assert list(answer["links"]) == [link.name for link in fields["links"].children]

    def test_its_links_are_paths_as_the_documentation_has_them(self, app):
        links = app.get("/api/").json["links"]
        assert links == {link.name: link.example for link in IndexAnswer()["links"].children}

    def test_a_source_may_want_no_attribution(self, app, plugins):
        plugins.attribution = None
        assert app.get("/api/").json["attribution"] is None


class TestForPeople:
    def test_it_shows_popular_films(self, app):
        answer, page = open_page(app)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Vary"] == "Accept"
        film = page.find("ul", class_="wall").li
        assert film.img["src"] == "https://images.example/t/p/w500/club.jpg"
        assert film.img["alt"] == "Poster of Fight Club"
        assert film.find(class_="title").get_text() == "Fight Club"
        assert film.find(class_="year").get_text() == "1999"
        assert film.a["href"] == "/api/movies/1/"

    def test_a_film_without_poster_and_date_is_shown_by_its_title(self, app, catalog):
        catalog.films = [make_film(title="Untitled")]
        _, page = open_page(app)
        assert page.find("img") is None
        assert page.find(class_="year") is None
        assert page.find(class_="no-poster").get_text() == "Untitled"

    def test_titles_are_text_whatever_they_look_like(self, app, catalog):
        title = """<script>alert("'1'")</script>"""
        catalog.films = [make_film(title=title, poster_path='/"><script>.jpg')]
        _, page = open_page(app)
        assert page.find("script") is None
        assert page.find(class_="title").get_text() == title
        assert page.img["alt"] == f"Poster of {title}"

    def test_it_stands_without_films_while_the_catalogue_is_away(self, app, catalog):
        catalog.films = None
        answer, page = open_page(app)
        assert answer.status_code == 200
        assert page.find(class_="wall") is None
        assert page.find("a", href="/api/docs/")

    def test_it_says_that_its_films_are_stale(self, app, catalog):
        catalog.freshness = Freshness(CacheState.STALE, 1000)
        answer, _ = open_page(app)
        assert answer.headers["Age"] == "1000"

    def test_it_links_to_the_documentation_and_names_the_source(self, app):
        _, page = open_page(app)
        assert page.find("a", href="/api/docs/")
        assert page.find("a", href="/api/openapi.json")
        assert "Thanks to the source." in page.footer.get_text()

    def test_a_source_may_want_no_attribution(self, app, plugins):
        plugins.attribution = None
        _, page = open_page(app)
        assert "None" not in page.footer.get_text()

    def test_its_policy_allows_our_style_and_the_sources_pictures(self, app):
        answer, page = open_page(app)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert policy.endswith("; img-src https://images.example/t/p/")
        assert app.get(page.find("link", rel="stylesheet")["href"]).content_type == "text/css"
        assert not page.find_all(["script", "style"])
