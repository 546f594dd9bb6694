"""What presenters say is what the answers' schemas describe, field by field."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import colander
import pytest

from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.domain.genres import Genre
from moviecatalog.domain.library import Favorite, Rating
from moviecatalog.domain.movies import NO_MARK, Movie, SeenMovie, Standing
from moviecatalog.domain.pages import Window
from moviecatalog.domain.users import User
from moviecatalog.presenters import accounts, library, tokens
from moviecatalog.presenters.movies import Images, details_fields, movie
from moviecatalog.presenters.pages import page
from moviecatalog.schemas.accounts import ExportAnswer, NewUserAnswer, ProfileAnswer
from moviecatalog.schemas.favorites import FavoriteAnswer, FavoritePageAnswer
from moviecatalog.schemas.health import ReadyAnswer
from moviecatalog.schemas.movies import GenresAnswer, MovieAnswer, MovieDetailsAnswer, MoviePageAnswer
from moviecatalog.schemas.ratings import RatingAnswer, RatingPageAnswer
from moviecatalog.schemas.tokens import RefreshAnswer, SignInAnswer
from moviecatalog.services.accounts import Holdings
from moviecatalog.services.authentication import Refreshed, SignedIn
from moviecatalog.services.catalog import MovieDetails
from moviecatalog.services.health import HealthCheck
from moviecatalog.views.health import get_ready
from moviecatalog.views.movies import list_genres

NOW = dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC)
IMAGES = Images("https://images.example/")
FILM = Movie(
    id=1, namespace="tmdb", external_id="550", title="Fight Club", created_at=NOW, updated_at=NOW, refreshed_at=NOW
)
SEEN = SeenMovie(FILM)
USER = User(id=1, username="ann", email="ann@example.com", created_at=NOW, updated_at=NOW)
FAVORITE = Favorite(1, SEEN, NOW)
RATING = Rating(1, SEEN, 9, None, NOW, NOW)
DETAILS = MovieDetails(FILM, Standing(NO_MARK, 8.2), Freshness(CacheState.HIT))


def page_of(item):
    request = SimpleNamespace(query_pairs=(), path="/", public_base_url="http://x")
    return page(request, [item], 1, Window())


def genres():
    catalog = SimpleNamespace(genres=lambda: (Genre(28, "Action"),))
    return list_genres(SimpleNamespace(services=SimpleNamespace(catalog=catalog)))


def readiness():
    checks = dict.fromkeys(("storage", "cache", "source"), lambda: None)
    with ThreadPoolExecutor(3) as aside:
        return get_ready(SimpleNamespace(services=SimpleNamespace(health=HealthCheck(checks, aside))))


@pytest.mark.parametrize(
    ("presented", "schema"),
    [
        (tokens.signed_in(SignedIn(USER, "a", "r")), SignInAnswer()),
        (tokens.refreshed(Refreshed("a", "r")), RefreshAnswer()),
        (accounts.export(Holdings(USER, (FAVORITE,), (RATING,)), IMAGES), ExportAnswer()),
        (accounts.new_user(USER), NewUserAnswer()),
        (accounts.profile(USER), ProfileAnswer()),
        (movie(SEEN, IMAGES), MovieAnswer()),
        (details_fields(DETAILS, IMAGES), MovieDetailsAnswer()),
        (library.favorite(FAVORITE, IMAGES), FavoriteAnswer()),
        (library.rating(RATING, IMAGES), RatingAnswer()),
        (page_of(movie(SEEN, IMAGES)), MoviePageAnswer()),
        (page_of(library.favorite(FAVORITE, IMAGES)), FavoritePageAnswer()),
        (page_of(library.rating(RATING, IMAGES)), RatingPageAnswer()),
        (genres(), GenresAnswer()),
        (readiness(), ReadyAnswer()),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, colander.SchemaNode) else "",
)
def test_a_presented_value_has_the_fields_of_its_schema(presented, schema):
    assert shape_of(presented, schema) == shape_described(schema)


def shape_of(value, schema):
    """The names of a value's fields, as deep as the schema goes."""
    if isinstance(schema.typ, colander.Mapping):
        fields = {field.name: field for field in schema.children}
        return {name: shape_of(it, fields[name]) if name in fields else "undescribed" for name, it in value.items()}
    if isinstance(schema.typ, colander.Sequence):
        return [shape_of(it, schema.children[0]) for it in list(value)[:1]] or [shape_described(schema.children[0])]
    return None


def shape_described(schema):
    if isinstance(schema.typ, colander.Mapping):
        return {field.name: shape_described(field) for field in schema.children}
    if isinstance(schema.typ, colander.Sequence):
        return [shape_described(schema.children[0])]
    return None
