import pytest


def test_adding_answers_201_then_200_with_the_same_message(api):
    token = api.sign_up("ann")
    answers = [api.post("/movies/1/add_to_favorites/", token=token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [answer.json for answer in answers] == [{"message": "Movie added to favorites"}] * 2
    assert api.get("/movies/favorites/my_favorites/", token).json["count"] == 1


def test_removing_answers_200_then_404(api):
    token = api.sign_up("ann")
    api.post("/movies/1/add_to_favorites/", token=token)
    answers = [api.delete("/movies/1/remove_from_favorites/", token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json == {"message": "Movie removed from favorites"}
    assert answers[1].json == {"detail": "Not found."}


def test_adding_needs_no_body(api):
    token = api.sign_up("ann")
    assert api.call("post", "/movies/1/add_to_favorites/", token).status_code == 201


@pytest.mark.parametrize("movie_id", ["999999", "0", "abc", 2**63])
def test_unknown_movies_are_404(api, movie_id):
    token = api.sign_up("ann")
    assert api.post(f"/movies/{movie_id}/add_to_favorites/", token=token).status_code == 404
    assert api.delete(f"/movies/{movie_id}/remove_from_favorites/", token).status_code == 404


def test_are_listed_newest_first_in_the_documented_shape(api):
    token = api.sign_up("ann")
    for movie_id in (3, 1, 2):
        api.post(f"/movies/{movie_id}/add_to_favorites/", token=token)
    answer = api.get("/movies/favorites/my_favorites/", token).json
    assert (answer["count"], answer["next"], answer["previous"]) == (3, None, None)
    assert [favorite["movie"]["id"] for favorite in answer["results"]] == [2, 1, 3]
    for favorite in answer["results"]:
        assert set(favorite) == {"id", "movie", "created_at"}


def test_lists_show_whole_movies_with_right_marks(api):
    token = api.sign_up("ann")
    api.post("/movies/1/add_to_favorites/", token=token)
    api.post("/movies/1/rate/", {"rating": 7}, token)
    movie = api.get("/movies/favorites/my_favorites/", token).json["results"][0]["movie"]
    assert movie == api.get("/movies/search/?q=fight%20club", token).json["results"][0]
    assert (movie["is_favorite"], movie["user_rating"]) == (True, 7)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_walk_gives_each_once(api, size):
    token = api.sign_up("ann")
    for movie_id in range(1, 21):
        api.post(f"/movies/{movie_id}/add_to_favorites/", token=token)
    found, page = [], 1
    while True:
        answer = api.get(f"/movies/favorites/my_favorites/?page={page}&page_size={size}", token)
        if answer.status_code == 404:
            break
        found += [favorite["movie"]["id"] for favorite in answer.json["results"]]
        page += 1
    assert found == list(range(20, 0, -1))


def test_none_is_an_empty_page(api):
    answer = api.get("/movies/favorites/my_favorites/", api.sign_up("ann"))
    assert answer.json == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/movies/1/add_to_favorites/"),
        ("delete", "/movies/1/remove_from_favorites/"),
        ("get", "/movies/favorites/my_favorites/"),
    ],
)
def test_need_an_account(api, method, path):
    answer = api.call(method, path)
    assert answer.status_code == 401
    assert answer.json == {"detail": "Authentication credentials were not provided."}


def test_of_others_are_neither_seen_nor_touched(api):
    ann, bob = api.sign_up("ann"), api.sign_up("bob")
    api.post("/movies/1/add_to_favorites/", token=ann)
    assert api.get("/movies/favorites/my_favorites/", bob).json["count"] == 0
    assert api.delete("/movies/1/remove_from_favorites/", bob).status_code == 404
    assert api.get("/movies/favorites/my_favorites/", ann).json["count"] == 1
