import pytest

from moviecatalog.plugins.sources.tmdb.settings import api_key, language, region
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.application import make_app
from tests.standins.tmdb import KEY, TOKEN


@pytest.mark.parametrize(("value", "is_token"), [(KEY, False), (KEY.upper(), False), (TOKEN, True)])
def test_a_key_and_a_token_are_told_by_their_form(value, is_token):
    assert (api_key(value).text, api_key(value).is_token) == (value, is_token)


@pytest.mark.parametrize("value", ["", "secret", KEY[:-1], KEY + "0", "eyJ", "eyJabc.def", f"{TOKEN}.x", f"{TOKEN}\n"])
def test_what_is_neither_is_refused_without_being_shown(value):
    with pytest.raises(SettingsError) as raised:
        make_app({"moviecatalog.source": "tmdb", "moviecatalog.source.tmdb.api_key": f"x{value}"})
    assert "32 hexadecimal digits" in str(raised.value)
    assert not value or f"x{value}" not in str(raised.value)


def test_a_key_is_in_no_repr():
    assert KEY not in repr(api_key(KEY))


def test_without_a_key_the_message_says_where_it_belongs():
    with pytest.raises(SettingsError, match="MOVIECATALOG_SOURCE_TMDB_API_KEY"):
        make_app({"moviecatalog.source": "tmdb"})


@pytest.mark.parametrize("value", ["", "EN", "en_US", "en-us", "english"])
def test_another_form_of_a_language_is_refused(value):
    with pytest.raises(ValueError, match="pt-BR"):
        language(value)


def test_a_region_may_be_empty():
    assert region("") is None
    assert region("DE") == "DE"
    with pytest.raises(ValueError, match="DE"):
        region("Germany")
