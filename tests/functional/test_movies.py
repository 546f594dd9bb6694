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


@pytest.fixture
def api(shared_api):
    """Nothing here changes anything."""
    return shared_api


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


def test_genres_say_what_genre_ids_mean(api):
    answer = api.get("/genres/")
    names = {genre["id"]: genre["name"] for genre in answer.json}
    assert names[28] == "Action"
    for movie in api.get("/movies/?page_size=100").json["results"]:
        assert set(movie["genre_ids"]) <= set(names)
