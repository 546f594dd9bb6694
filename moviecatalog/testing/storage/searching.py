"""Words of titles."""

from __future__ import annotations

import pytest

from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import Ordering
from moviecatalog.domain.text import words
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import make_facts
from moviecatalog.testing.storage.base import StorageTests, add_movie, add_movies, browse, titles

TITLES = [
    "Fight Club",
    "Fighting Words",
    "Amélie",
    "AMELIA",
    "WALL·E",
    "Spider-Man: No Way Home",
    "It's a Wonderful Life",
    "Straße der Sieger",
    "Ночной дозор",
    "千と千尋の神隠し",
    "기생충",
    "المومياء",
    "AND OR NOT NEAR",
    "search_words g28",
    "100%",
    "\uff11\uff10\uff10 meters",
    "???",
    "ﬁnal",
]


def search(storage: Storage, text: str) -> set[str]:
    return set(titles(browse(storage, words=words(text), ordering=Ordering.TITLE)))


class SearchingContract(StorageTests):
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("fight", {"Fight Club", "Fighting Words"}),
            ("FIGHT", {"Fight Club", "Fighting Words"}),
            ("club fi", {"Fight Club"}),
            ("ight", set()),
            ("fight club night", set()),
            ("amelie", {"Amélie"}),
            ("amé", {"Amélie", "AMELIA"}),
            ("ame\u0301lie", {"Amélie"}),
            ("wall-e", {"WALL·E"}),
            ("walle", set()),
            ("spider man", {"Spider-Man: No Way Home"}),
            ("it's", {"It's a Wonderful Life"}),
            ("strasse", {"Straße der Sieger"}),
            ("дозор ноч", {"Ночной дозор"}),
            ("ДОЗОР", {"Ночной дозор"}),
            ("千と", {"千と千尋の神隠し"}),
            ("기생", {"기생충"}),
            ("الموميا", {"المومياء"}),
            ("final", {"ﬁnal"}),
            ("100", {"100%", "\uff11\uff10\uff10 meters"}),
        ],
    )
    def test_every_word_begins_a_word_of_the_title(self, storage: Storage, text: str, expected: set[str]) -> None:
        add_movies(storage, *(make_facts(title=title) for title in TITLES))
        assert search(storage, text) == expected

    @pytest.mark.parametrize("text", ["and", "or not", "near", "AND OR"])
    def test_operators_are_words_like_any_other(self, storage: Storage, text: str) -> None:
        add_movies(storage, *(make_facts(title=title) for title in TITLES))
        assert search(storage, text) == {"AND OR NOT NEAR"}

    @pytest.mark.parametrize(
        "text", ['"fight', "fight*", "fight)", "-fight", "fight:", "^fight", "fight'; --", "%fight_"]
    )
    def test_punctuation_is_never_syntax(self, storage: Storage, text: str) -> None:
        add_movies(storage, *(make_facts(title=title) for title in TITLES))
        assert search(storage, text) == {"Fight Club", "Fighting Words"}

    def test_text_without_any_word_finds_nothing(self, storage: Storage) -> None:
        add_movies(storage, *(make_facts(title=title) for title in TITLES))
        assert browse(storage, words=words("?!… -")) == Slice((), 0)

    def test_a_genre_is_not_found_by_its_number(self, storage: Storage) -> None:
        add_movie(storage, title="Something", genre_ids=(28,))
        assert search(storage, "28") == search(storage, "g28") == set()

    def test_a_title_is_no_genre(self, storage: Storage) -> None:
        add_movies(storage, *(make_facts(title=title) for title in TITLES))
        assert browse(storage, genre_ids=(28,)).total == 0

    def test_the_original_title_is_searched_too(self, storage: Storage) -> None:
        add_movie(storage, title="Spirited Away", original_title="千と千尋の神隠し")
        assert search(storage, "千と") == search(storage, "spirited 千と") == {"Spirited Away"}

    def test_a_renamed_movie_is_found_by_its_new_title_only(self, storage: Storage) -> None:
        add_movie(storage, external_id="1", title="Working Title", genre_ids=(1,))
        add_movie(storage, external_id="1", title="Final Cut", genre_ids=(2,))
        assert (search(storage, "working"), search(storage, "final")) == (set(), {"Final Cut"})
        assert [browse(storage, genre_ids=(genre,)).total for genre in (1, 2)] == [0, 1]

    def test_hundreds_of_words_are_no_error(self, storage: Storage) -> None:
        title = " ".join(f"w{n}" for n in range(400))
        add_movie(storage, title=title)
        assert search(storage, title) == {title}
        assert search(storage, f"{title} other") == set()

    def test_the_overview_is_not_searched(self, storage: Storage) -> None:
        add_movie(storage, title="Something", overview="A fight")
        assert search(storage, "fight") == set()
