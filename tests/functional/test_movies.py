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


class TestAllMovies:
    def test_holds_the_whole_catalogue_most_popular_first(self, api):
        answer = api.get("/movies/?page_size=100").json
        assert answer["count"] == 400
        figures = [movie["popularity"] for movie in answer["results"]]
        assert figures == sorted(figures, reverse=True)

    @pytest.mark.parametrize("field", ["popularity", "release_date", "vote_average", "title", "created_at"])
    def test_can_be_ordered_either_way(self, api, field):
        up = api.get(f"/movies/?ordering={field}&page_size=100").json["results"]
        down = api.get(f"/movies/?ordering=-{field}&page_size=100").json["results"]
        if field != "title":
            values = [movie[field] for movie in up]
            assert values == sorted(values)
            values = [movie[field] for movie in down]
            assert values == sorted(values, reverse=True)
        else:
            assert up[0]["title"].startswith("#")
            assert down[0]["title"] > up[0]["title"]

    @pytest.mark.parametrize("ordering", ["votes", "-", "+title", "", "POPULARITY"])
    def test_another_order_is_400(self, api, ordering):
        assert set(api.get(f"/movies/?ordering={ordering}").json["details"]) == {"ordering"}

    def test_several_genres_must_all_match(self, api):
        movies = api.get("/movies/?genre=28&genre=35&page_size=100").json
        assert 0 < movies["count"] < api.get("/movies/?genre=28").json["count"]
        assert all({28, 35} <= set(movie["genre_ids"]) for movie in movies["results"])
        assert api.get("/movies/?genre=99999999").json["count"] == 0

    def test_a_language_narrows(self, api):
        movies = api.get("/movies/?language=ko&page_size=100").json["results"]
        assert movies
        assert {movie["original_language"] for movie in movies} == {"ko"}

    def test_filters_combine_with_and(self, api):
        movies = api.get("/movies/?release_year=1999&min_rating=8&max_rating=8.5&min_popularity=5&title=c").json[
            "results"
        ]
        assert [movie["title"] for movie in movies] == ["Fight Club"]

    def test_nothing_found_is_an_empty_page(self, api):
        answer = api.get("/movies/?title=zzzz")
        assert answer.json == {"count": 0, "next": None, "previous": None, "results": []}


class TestSearch:
    def test_finds_the_documented_example(self, api):
        titles = [movie["title"] for movie in api.get("/movies/search/?q=fight&page=1").json["results"]]
        assert "Fight Club" in titles

    def test_finds_the_documented_filter_example(self, api):
        movies = api.get("/movies/search/?q=fight&min_rating=7&release_year=1999").json["results"]
        assert [movie["title"] for movie in movies] == ["Fight Club"]

    @pytest.mark.parametrize("q", ["amelie", "AM%C3%89LIE", "ame", "%20amelie%20"])
    @pytest.mark.parametrize("filters", ["", "&min_rating=1"], ids=["source", "index"])
    def test_folds_case_and_accents(self, api, q, filters):
        movies = api.get(f"/movies/search/?q={q}{filters}").json["results"]
        assert "Amélie" in [movie["title"] for movie in movies]

    @pytest.mark.parametrize(
        "q", ["%25", "_", "'", "%22;--", "*", "!!!", "AND", "OR%20NOT", "title:x", "NEAR(a%20b)", "^a", "-the"]
    )
    @pytest.mark.parametrize("filters", ["", "&min_rating=0"], ids=["source", "index"])
    def test_nothing_is_syntax(self, api, q, filters):
        answer = api.get(f"/movies/search/?q={q}{filters}")
        assert answer.status_code == 200

    @pytest.mark.parametrize("filters", ["", "&min_rating=0", "&title=!!!"])
    def test_without_letter_or_digit_nothing_is_found(self, api, filters):
        assert api.get(f"/movies/search/?q=!!!{filters}").json["count"] == 0

    def test_a_title_without_letter_or_digit_finds_nothing(self, api):
        assert api.get("/movies/search/?q=the&title=!!!").json["count"] == 0

    def test_title_narrows_further(self, api):
        wide = api.get("/movies/search/?q=the").json["count"]
        narrow = api.get("/movies/search/?q=the&title=lord%20ring").json
        assert {movie["title"][:21] for movie in narrow["results"]} == {"The Lord of the Rings"}
        assert narrow["count"] == 3 < wide

    def test_counts_are_exact(self, api):
        found = api.get("/movies/search/?q=the&min_rating=8&page_size=100").json
        everything = [*api.get("/movies/?page_size=100").json["results"]]
        for page in (2, 3, 4):
            everything += api.get(f"/movies/?page_size=100&page={page}").json["results"]
        by_hand = [
            movie["id"]
            for movie in everything
            if movie["vote_average"] >= 8 and any(word.startswith("the") for word in movie["title"].lower().split())
        ]
        assert sorted(by_hand) == sorted(movie["id"] for movie in found["results"])
        assert found["count"] == len(by_hand)

    def test_overviews_are_not_searched(self, api):
        assert api.get("/movies/search/?q=insomniac&min_rating=0").json["count"] == 0

    @pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=" + "x" * 201, "?q=%00", "?q=a&q=b"])
    def test_q_is_1_to_200_characters(self, api, query):
        answer = api.get(f"/movies/search/{query}")
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"q"}

    @pytest.mark.parametrize("q", ["%ff", "%ed%a0%80"])
    def test_q_must_be_utf_8(self, api, q):
        assert api.get(f"/movies/search/?q={q}").status_code == 400

    @pytest.mark.parametrize("value", ["abc", "NaN", "inf", "-1", "11", "1e1", ""])
    @pytest.mark.parametrize("field", ["min_rating", "max_rating"])
    def test_ratings_are_0_to_10(self, api, field, value):
        assert set(api.get(f"/movies/search/?q=a&{field}={value}").json["details"]) == {field}

    def test_a_least_above_the_most_is_400(self, api):
        answer = api.get("/movies/search/?q=a&min_rating=8&max_rating=7")
        assert answer.status_code == 400
        assert set(answer.json["details"]) == {"non_field_errors"}

    @pytest.mark.parametrize("year", ["0", "99", "99999", "1999.5", "x"])
    def test_a_year_has_four_digits(self, api, year):
        assert set(api.get(f"/movies/search/?q=a&release_year={year}").json["details"]) == {"release_year"}

    @pytest.mark.parametrize("value", ["1e999", "-1", "x"])
    def test_popularity_is_0_or_more(self, api, value):
        assert set(api.get(f"/movies/search/?q=a&min_popularity={value}").json["details"]) == {"min_popularity"}


class TestDetails:
    def test_show_the_documented_fields(self, make_api):
        movie = make_api().get("/movies/1/").json
        assert set(movie) == MOVIE | {"average_rating"}
        assert (movie["id"], movie["tmdb_id"], movie["title"]) == (1, 550, "Fight Club")
        assert movie["poster_url"] == "https://image.tmdb.org/t/p/w500" + movie["poster_path"]
        assert (
            movie["backdrop_path"] is movie["backdrop_url"] is movie["average_rating"] is movie["user_rating"] is None
        )
        assert movie["release_date"] == "1999-10-15"
        assert movie["is_favorite"] is False

    def test_pictures_come_from_the_configured_place(self, make_api):
        api = make_api({"moviecatalog.image_base_url": "https://img.example.org/t"})
        assert api.get("/movies/1/").json["poster_url"].startswith("https://img.example.org/t/w500/")

    @pytest.mark.parametrize(
        "movie_id",
        [
            "0",
            "-1",
            "abc",
            "1.5",
            "1e3",
            "01",
            "1;",
            "999999999",
            str(2**63),
            str(10**30),
            "%00",
            "1%2f2",
            "..%2f",
            "%20",
        ],
    )
    @pytest.mark.parametrize("rest", ["", "recommendations/"])
    def test_an_id_that_is_none_is_404(self, api, movie_id, rest):
        answer = api.get(f"/movies/{movie_id}/{rest}")
        assert answer.status_code == 404
        assert answer.json == {"detail": "Not found."}


def test_recommendations_never_hold_the_movie_itself(api):
    for movie_id in (1, 2, 250):
        assert movie_id not in api.walk(f"/movies/{movie_id}/recommendations/", 100)


def test_genres_say_what_genre_ids_mean(api):
    answer = api.get("/genres/")
    names = {genre["id"]: genre["name"] for genre in answer.json}
    assert names[28] == "Action"
    for movie in api.get("/movies/?page_size=100").json["results"]:
        assert set(movie["genre_ids"]) <= set(names)
