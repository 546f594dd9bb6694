import pytest

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.plugins.sources.sample import rankings


def film(title, **facts):
    return MovieFacts(namespace="tmdb", external_id=title, title=title, **facts)


def titles(films):
    return [found.title for found in films]


def test_top_rated_needs_300_votes_and_breaks_ties_by_votes():
    films = [
        film("few votes", vote_average=9.9, vote_count=299),
        film("good", vote_average=8.5, vote_count=300),
        film("good and known", vote_average=8.5, vote_count=9_000),
        film("fair", vote_average=7, vote_count=90_000),
    ]
    assert titles(rankings.top_rated(films)) == ["good and known", "good", "fair"]


def test_search_puts_the_very_title_first_then_beginnings_then_the_rest():
    films = [
        film("The Alien Within", popularity=99),
        film("Aliens", popularity=50),
        film("Alien: Romulus", popularity=40),
        film("Alien", popularity=1),
    ]
    assert titles(rankings.matching(films, "alien")) == ["Alien", "Alien: Romulus", "The Alien Within", "Aliens"]


@pytest.mark.parametrize("text", ["amelie", "AMÉLIE", "ame", "destin fab"])
def test_search_folds_case_and_accents_and_knows_the_original_title(text):
    assert rankings.matching([film("Amélie", original_title="Le Fabuleux Destin")], text)


@pytest.mark.parametrize("text", ["melie", "%", "!!!", "fight club"])
def test_search_finds_beginnings_of_words_only(text):
    assert rankings.matching([film("Amélie")], text) == []


def test_recommendations_share_genres_first():
    liked = film("liked", genre_ids=(28, 18), vote_average=8)
    same, half, none = film("same", genre_ids=(18, 28)), film("half", genre_ids=(28,)), film("none", genre_ids=(35,))
    assert titles(rankings.recommended([none, half, liked, same], liked)) == ["same", "half", "none"]
