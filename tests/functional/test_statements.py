"""How many SQL statements an answer costs, whatever its size and the engine. BEGIN and COMMIT aside."""

import pytest
from sqlalchemy import event

from tests.engines.statements import noted

pytestmark = pytest.mark.in_process


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def statements(api):
    """The statements since it was last cleared."""
    with noted(api.registry.plugins.storage) as seen:
        yield seen


LISTS = [
    "/movies/trending/",
    "/movies/popular/",
    "/movies/top_rated/",
    "/movies/search/?q=the",
    "/movies/search/?q=the&min_rating=5",
    "/movies/1/recommendations/",
]


@pytest.mark.parametrize("size", [1, 10, 100])
@pytest.mark.parametrize("path", LISTS)
def test_a_cached_list_costs_none_for_anybody_and_one_for_a_user(api, statements, path, size):
    path += f"{'&' if '?' in path else '?'}page_size={size}"
    token = api.sign_up("ann")
    api.get(path)
    statements.clear()
    assert api.get(path).headers["X-Cache"] == "HIT"
    assert statements == []
    api.get(path, token)
    assert len(statements) <= 1


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize("path", ["/movies/?", "/movies/?genre=28&ordering=title&"])
def test_all_movies_cost_two_at_most(api, statements, path, size):
    token = api.sign_up("ann")
    for user in (None, token):
        statements.clear()
        assert api.get(f"{path}page_size={size}", user).status_code == 200
        assert 1 <= len(statements) <= 2


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize("path", ["/movies/favorites/my_favorites/", "/movies/ratings/my_ratings/"])
def test_ones_own_lists_cost_two_at_most(api, statements, path, size):
    token = api.sign_up("ann")
    for movie_id in range(1, 31):
        api.post(f"/movies/{movie_id}/add_to_favorites/", token=token)
        api.post(f"/movies/{movie_id}/rate/", {"rating": 5}, token)
    statements.clear()
    assert api.get(f"{path}?page_size={size}", token).json["count"] == 30
    assert len(statements) <= 2


def test_cached_details_cost_one(api, statements):
    token = api.sign_up("ann")
    api.get("/movies/1/")
    for user in (None, token):
        statements.clear()
        api.get("/movies/1/", user)
        assert len(statements) == 1


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_rating_costs_three_at_most(api, statements, method):
    token = api.sign_up("ann")
    for rating in (9, 8):
        if method == "patch" and rating == 9:
            api.post("/movies/1/rate/", {"rating": 1}, token)
        statements.clear()
        assert api.call(method, "/movies/1/rate/", token, json={"rating": rating}).status_code in (200, 201)
        assert len(statements) <= 3
    statements.clear()
    api.delete("/movies/1/remove_rating/", token)
    assert len(statements) <= 3


def test_a_favorite_costs_two_at_most(api, statements):
    token = api.sign_up("ann")
    statements.clear()
    api.post("/movies/1/add_to_favorites/", token=token)
    assert len(statements) <= 2


def test_a_request_that_touches_no_data_touches_no_connection(api, statements):
    checkouts = []
    event.listen(api.registry.plugins.storage._engine, "checkout", lambda *_: checkouts.append(1))
    api.get("/movies/popular/")
    checkouts.clear()
    for path in ("/movies/popular/", "/genres/", "/health/live/", "/nothing/", "/movies/?page=0"):
        api.get(path)
    assert checkouts == []


def test_no_connection_is_held_while_a_password_is_hashed(api, monkeypatch):
    api.register("ann")
    passwords = api.registry.services.accounts._passwords
    pool = api.registry.plugins.storage._engine.pool
    held = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *args: held.append(pool.checkedout()) or verify(*args))
    assert api.sign_in("ann").status_code == 200
    assert held == [0]


def test_an_unchanged_page_is_not_written_again(make_api, filled_sqlite):
    api = make_api({"moviecatalog.cache": "none"})
    api.get("/movies/popular/")
    written = []
    event.listen(
        api.registry.plugins.storage._engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: (
            statement.startswith(("INSERT", "UPDATE")) and written.append(statement)
        ),
    )
    api.get("/movies/popular/")
    assert written == []
