import pytest

MOVIE = {
    "id",
    "tmdb_id",
    "title",
    "overview",
    "release_date",
    "poster_path",
    "poster_url",
    "backdrop_path",
    "backdrop_url",
    "popularity",
    "vote_average",
    "vote_count",
    "original_language",
    "genre_ids",
    "is_favorite",
    "user_rating",
    "created_at",
    "updated_at",
}
LISTS = [
    "/movies/",
    "/movies/trending/",
    "/movies/trending/?time_window=day",
    "/movies/popular/",
    "/movies/top_rated/",
    "/movies/search/?q=the",
    "/movies/search/?q=the&min_rating=7",
    "/movies/1/recommendations/",
]


@pytest.fixture
def api(shared_api):
    """Nothing here changes anything."""
    return shared_api


class TestLists:
    @pytest.mark.parametrize("path", LISTS)
    def test_has_the_documented_shape(self, api, path):
        answer = api.get(path)
        assert answer.status_code == 200
        assert set(answer.json) == {"count", "next", "previous", "results"}
        assert len(answer.json["results"]) == min(10, answer.json["count"])
        assert answer.json["previous"] is None
        for movie in answer.json["results"]:
            assert set(movie) == MOVIE

    @pytest.mark.parametrize("path", [path for path in LISTS if "search" not in path])
    def test_has_100_films_or_more(self, api, path):
        assert api.get(path).json["count"] >= 100

    @pytest.mark.parametrize("size", [1, 7, 10, 100])
    @pytest.mark.parametrize("path", LISTS)
    def test_a_walk_gives_each_film_exactly_once(self, api, path, size):
        ids = api.walk(path, size)
        assert len(set(ids)) == len(ids) == api.get(path).json["count"]

    @pytest.mark.parametrize("path", LISTS)
    def test_past_the_last_page_is_404(self, api, path):
        joint = "&" if "?" in path else "?"
        answer = api.get(f"{path}{joint}page=500")
        assert answer.status_code == 404
        assert answer.json == {"detail": "Invalid page."}
        assert api.get(f"{path}{joint}page=2147483647").status_code == 404

    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize(
        "page", ["0", "-1", "abc", "1.0", "1e3", "true", "", "2147483648", "9" * 5_000, "%D9%A3", "%2B5"]
    )
    def test_a_broken_page_is_400(self, api, path, page):
        answer = api.get(f"{path}{'&' if '?' in path else '?'}page={page}")
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"page"}

    @pytest.mark.parametrize("size", ["101", "1000", "9" * 30])
    def test_a_page_size_above_100_is_taken_as_100(self, api, size):
        assert len(api.get(f"/movies/popular/?page_size={size}").json["results"]) == 100

    @pytest.mark.parametrize("size", ["0", "-1", "x", "", "1.5"])
    def test_a_broken_page_size_is_400(self, api, size):
        assert set(api.get(f"/movies/popular/?page_size={size}").json["details"]) == {"page_size"}

    def test_links_keep_the_other_parameters_and_name_the_page(self, api):
        answer = api.get("/movies/search/?q=the%20lord&page=2&page_size=1&x=%26y").json
        assert answer["next"] == "http://localhost/api/movies/search/?page=3&q=the+lord&page_size=1&x=%26y"
        assert answer["previous"] == "http://localhost/api/movies/search/?page=1&q=the+lord&page_size=1&x=%26y"

    def test_links_begin_with_the_public_url(self, make_api):
        api = make_api({"moviecatalog.public_url": "https://movies.example.org"})
        following = api.get("/movies/", headers={"Host": "evil.example"}).json["next"]
        assert following == "https://movies.example.org/api/movies/?page=2"

    def test_a_parameter_given_twice_is_400(self, api):
        answer = api.get("/movies/?page=1&page=2")
        assert answer.status_code == 400
        assert answer.json["details"] == {"page": ["This parameter must be given once."]}

    def test_unknown_parameters_are_ignored_even_twice(self, api):
        assert api.get("/movies/?utm=1&utm=2&sort=").status_code == 200

    def test_cached_answers_say_so(self, make_api):
        api = make_api()
        assert [api.get("/movies/popular/").headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]

    def test_everything_listed_can_be_opened_at_once(self, api):
        for movie in api.get("/movies/trending/").json["results"]:
            assert api.get(f"/movies/{movie['id']}/").json["title"] == movie["title"]


class TestTrending:
    def test_day_and_week_differ(self, api):
        day, week = (api.get(f"/movies/trending/?time_window={window}").json for window in ("day", "week"))
        assert day["results"] != week["results"]

    def test_week_is_the_default(self, api):
        assert (
            api.get("/movies/trending/").json["results"]
            == api.get("/movies/trending/?time_window=week").json["results"]
        )

    @pytest.mark.parametrize("window", ["month", "", "DAY"])
    def test_another_window_is_400(self, api, window):
        assert set(api.get(f"/movies/trending/?time_window={window}").json["details"]) == {"time_window"}


def test_popular_is_by_popularity(api):
    figures = [movie["popularity"] for movie in api.get("/movies/popular/?page_size=100").json["results"]]
    assert figures == sorted(figures, reverse=True)


def test_top_rated_is_by_votes(api):
    movies = api.get("/movies/top_rated/?page_size=100").json["results"]
    figures = [(movie["vote_average"], movie["vote_count"]) for movie in movies]
    assert figures == sorted(figures, reverse=True)


def test_recommendations_never_hold_the_movie_itself(api):
    for movie_id in (1, 2, 250):
        assert movie_id not in api.walk(f"/movies/{movie_id}/recommendations/", 100)
