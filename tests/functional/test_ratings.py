import pytest


@pytest.fixture
def token(api):
    return api.sign_up("ann")


def rate(api, token, movie_id=1, **body):
    return api.post(f"/movies/{movie_id}/rate/", body, token)


class TestRating:
    def test_answers_201_with_the_documented_shape(self, api, token):
        answer = rate(api, token, rating=9, review="Amazing movie! Highly recommended.")
        assert answer.status_code == 201
        assert set(answer.json) == {"id", "movie", "rating", "review", "created_at", "updated_at"}
        assert (answer.json["rating"], answer.json["review"]) == (9, "Amazing movie! Highly recommended.")
        assert answer.json["movie"]["id"] == 1
        assert answer.json["movie"]["user_rating"] == 9

    @pytest.mark.parametrize("method", ["post", "put"])
    def test_post_and_put_both_create_and_replace(self, api, token, method):
        answers = [api.call(method, "/movies/1/rate/", token, json={"rating": rating}) for rating in (9, 8)]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json["id"] == answers[1].json["id"]
        assert api.get("/movies/ratings/my_ratings/", token).json["count"] == 1

    def test_without_review_an_existing_one_stays(self, api, token):
        rate(api, token, rating=9, review="Good.")
        assert rate(api, token, rating=8).json["review"] == "Good."

    @pytest.mark.parametrize("empty", [None, ""])
    def test_null_or_empty_review_clears_it(self, api, token, empty):
        rate(api, token, rating=9, review="Good.")
        assert rate(api, token, rating=9, review=empty).json["review"] is None

    @pytest.mark.parametrize("rating", [1, 10, 9.0, 1e0])
    def test_takes_whole_numbers_from_1_to_10(self, api, token, rating):
        answer = rate(api, token, rating=rating)
        assert (answer.status_code, answer.json["rating"]) == (201, int(rating))

    @pytest.mark.parametrize("rating", [0, 11, -1, 9.5, True, "9", " 9 ", None, [9], {}, "", 10**20])
    def test_refuses_everything_else(self, api, token, rating):
        answer = rate(api, token, rating=rating)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"rating"}

    @pytest.mark.parametrize("review", ["x" * 10_000, "\U0001f600 \u0627 <script>alert(1)</script>", None])
    def test_keeps_reviews_to_the_letter(self, api, token, review):
        assert rate(api, token, rating=9, review=review).json["review"] == review

    @pytest.mark.parametrize("review", ["x" * 10_001, [], {}, 5, True])
    def test_refuses_reviews_that_are_no_text_or_too_long(self, api, token, review):
        answer = rate(api, token, rating=9, review=review)
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"review"}

    def test_ignores_unknown_fields(self, api, token):
        answer = rate(api, token, rating=9, id=77, user_id=1, is_staff=True, __proto__={}, __class__="x")
        assert answer.status_code == 201

    def test_of_an_unknown_movie_is_404(self, api, token):
        assert rate(api, token, movie_id=999_999, rating=9).status_code == 404


class TestPatch:
    def test_changes_only_what_it_names(self, api, token):
        rate(api, token, rating=9, review="Good.")
        assert api.patch("/movies/1/rate/", {"review": "Better."}, token).json["rating"] == 9
        answer = api.patch("/movies/1/rate/", {"rating": 10}, token)
        assert (answer.status_code, answer.json["rating"], answer.json["review"]) == (200, 10, "Better.")
        assert api.get("/movies/1/").json["average_rating"] == 10

    def test_of_nothing_is_fine(self, api, token):
        rate(api, token, rating=9)
        assert api.patch("/movies/1/rate/", {}, token).json["rating"] == 9

    def test_without_a_rating_is_404(self, api, token):
        assert api.patch("/movies/1/rate/", {"rating": 10}, token).status_code == 404
        assert api.patch("/movies/999999/rate/", {"rating": 10}, token).status_code == 404


class TestRemoval:
    def test_answers_200_then_404(self, api, token):
        rate(api, token, rating=9)
        answers = [api.delete("/movies/1/remove_rating/", token) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 404]
        assert answers[0].json == {"message": "Rating removed"}

    def test_of_others_ratings_is_impossible(self, api, token):
        rate(api, token, rating=9)
        assert api.delete("/movies/1/remove_rating/", api.sign_up("bob")).status_code == 404
        assert api.get("/movies/ratings/my_ratings/", token).json["count"] == 1


class TestAverage:
    def test_is_right_at_once_after_every_change(self, api, token):
        bob, eve = api.sign_up("bob"), api.sign_up("eve")

        def average():
            return api.get("/movies/1/").json["average_rating"]

        assert average() is None
        rate(api, token, rating=9)
        assert average() == 9
        rate(api, bob, rating=8)
        rate(api, eve, rating=8)
        assert average() == 8.33
        rate(api, eve, rating=10)
        assert average() == 9
        api.delete("/movies/1/remove_rating/", bob)
        assert average() == 9.5
        for user in (token, eve):
            api.delete("/movies/1/remove_rating/", user)
        assert average() is None


class TestMyRatings:
    def test_are_listed_newest_first_with_their_movies(self, api, token):
        for movie_id in (3, 1, 2):
            rate(api, token, movie_id=movie_id, rating=movie_id)
        api.post("/movies/3/add_to_favorites/", token=token)
        answer = api.get("/movies/ratings/my_ratings/", token).json
        assert answer["count"] == 3
        assert [rating["movie"]["id"] for rating in answer["results"]] == [2, 1, 3]
        assert [rating["movie"]["user_rating"] for rating in answer["results"]] == [2, 1, 3]
        assert [rating["movie"]["is_favorite"] for rating in answer["results"]] == [False, False, True]

    def test_come_in_pages(self, api, token):
        for movie_id in range(1, 6):
            rate(api, token, movie_id=movie_id, rating=5)
        answer = api.get("/movies/ratings/my_ratings/?page=2&page_size=2", token).json
        assert [rating["movie"]["id"] for rating in answer["results"]] == [3, 2]
        assert answer["next"].endswith("/api/movies/ratings/my_ratings/?page=3&page_size=2")
        assert api.get("/movies/ratings/my_ratings/?page=4&page_size=2", token).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/movies/1/rate/"),
        ("put", "/movies/1/rate/"),
        ("patch", "/movies/1/rate/"),
        ("delete", "/movies/1/remove_rating/"),
        ("get", "/movies/ratings/my_ratings/"),
    ],
)
def test_all_need_an_account_before_anything_else_is_looked_at(api, method, path):
    body = {"json": []} if method in ("post", "put", "patch") else {}
    answer = api.call(method, path, **body)
    assert answer.status_code == 401
