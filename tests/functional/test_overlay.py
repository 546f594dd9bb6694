"""Whose marks are seen by whom, over one warm cache."""

import pytest

LISTS = ["/movies/", "/movies/popular/", "/movies/search/?q=fight", "/movies/search/?q=fight&min_rating=1"]


def marks(api, path, token=None):
    movies = api.get(f"{path}{'&' if '?' in path else '?'}page_size=100", token).json["results"]
    return {movie["id"]: (movie["is_favorite"], movie["user_rating"]) for movie in movies}


@pytest.mark.parametrize("path", LISTS)
def test_two_users_and_an_anonymous_caller_never_see_each_others_marks(api, path):
    ann, bob = api.sign_up("ann"), api.sign_up("bob")
    movie_id = next(iter(marks(api, path)))
    api.post(f"/movies/{movie_id}/add_to_favorites/", token=ann)
    api.post(f"/movies/{movie_id}/rate/", {"rating": 3}, bob)
    for _ in range(3):
        assert marks(api, path, ann)[movie_id] == (True, None)
        assert marks(api, path)[movie_id] == (False, None)
        assert marks(api, path, bob)[movie_id] == (False, 3)


def test_details_show_the_callers_own_marks_only(api):
    ann, bob = api.sign_up("ann"), api.sign_up("bob")
    api.post("/movies/1/add_to_favorites/", token=ann)
    api.post("/movies/1/rate/", {"rating": 4}, ann)
    seen = [api.get("/movies/1/", token).json for token in (ann, bob, None)]
    assert [movie["is_favorite"] for movie in seen] == [True, False, False]
    assert [movie["user_rating"] for movie in seen] == [4, None, None]
    assert [movie["average_rating"] for movie in seen] == [4, 4, 4]


@pytest.mark.parametrize("path", LISTS)
def test_ones_own_change_shows_at_once(api, path):
    ann = api.sign_up("ann")
    movie_id = next(iter(marks(api, path, ann)))
    api.post(f"/movies/{movie_id}/add_to_favorites/", token=ann)
    assert marks(api, path, ann)[movie_id] == (True, None)
    api.delete(f"/movies/{movie_id}/remove_from_favorites/", ann)
    assert marks(api, path, ann)[movie_id] == (False, None)


def test_answers_that_depend_on_the_caller_are_not_for_shared_caches(api):
    headers = api.get("/movies/").headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {name.strip() for name in headers["Vary"].split(",")} >= {"Authorization", "Origin"}
