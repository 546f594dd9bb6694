import pytest

from moviecatalog.settings import parsers

SECRET = "s" * 64


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parsers.text, "a", "a"),
        (parsers.names, "tmdb  sample", ("tmdb", "sample")),
        (parsers.boolean, "True", True),
        (parsers.boolean, "false", False),
        (parsers.integer(0), "0", 0),
        (parsers.secrets, f"{SECRET} {SECRET[::-1]}x", (SECRET, f"{SECRET}x")),
        (parsers.rate, "", None),
        (parsers.url_prefix, "http://img.local:8080/t/p", "http://img.local:8080/t/p/"),
        (parsers.origin, "https://movies.example.org/", "https://movies.example.org"),
        (parsers.origins, "https://a.example http://b.example:8080", ("https://a.example", "http://b.example:8080")),
        (parsers.origins, "HTTPS://A.Example:443 http://b.example:80", ("https://a.example", "http://b.example")),
        (parsers.networks, "", ()),
    ],
)
def test_text_becomes_a_value(parse, text, value):
    assert parse(text) == value


def test_rates_are_in_the_notation_of_limits():
    rate = parsers.rate("10 per 5 minutes")
    assert (rate.amount, rate.get_expiry()) == (10, 300)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parsers.text, ""),
        (parsers.names, ""),
        (parsers.names, "a a"),
        (parsers.boolean, "yes"),
        (parsers.integer(0), "-1"),
        (parsers.integer(0), "1.0"),
        (parsers.integer(0), "٣"),
        (parsers.integer(0), "9" * 5_000),
        (parsers.integer(0, 5), "6"),
        (parsers.choice("a", "b"), "c"),
        (parsers.secrets, "short"),
        (parsers.secrets, f"{SECRET} short"),
        (parsers.secrets, ""),
        (parsers.rate, "often"),
        (parsers.url_prefix, "images"),
        (parsers.url_prefix, "ftp://images"),
        (parsers.origin, "https://a.example/api"),
        (parsers.origin, "https://user@a.example"),
        (parsers.origin, "*"),
        (parsers.networks, "10.0.0.0/99"),
        (parsers.networks, "proxy"),
    ],
)
def test_what_is_wrong_says_what_would_be_right(parse, text):
    with pytest.raises(ValueError, match="must"):
        parse(text)
