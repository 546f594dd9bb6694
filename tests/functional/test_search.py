import pytest


@pytest.fixture
def api(shared_api):
    """Nothing here changes anything."""
    return shared_api


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
