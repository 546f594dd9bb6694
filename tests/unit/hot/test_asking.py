import pytest

from moviecatalog.hot.asking import LONGEST, Asking, Surroundings
from moviecatalog.settings.parsers import networks

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/api/movies/popular/",
    "QUERY_STRING": "page=2",
    "wsgi.url_scheme": "http",
    "HTTP_HOST": "localhost:8000",
    "REMOTE_ADDR": "192.0.2.1",
}


def asking(public_url=None, cors_origins=("https://app.example.org",), trusted="10.0.0.0/8"):
    return Asking(Surroundings(public_url, cors_origins, networks(trusted)))


def same(asking, **changes):
    return asking.question(ENVIRON | changes) == asking.question(ENVIRON)


@pytest.mark.parametrize(
    "changes",
    [
        {"PATH_INFO": "/api/movies/top_rated/"},
        {"QUERY_STRING": "page=3"},
        {"HTTP_HOST": "example.org"},
        {"wsgi.url_scheme": "https"},
        {"SCRIPT_NAME": "/films"},
        {"HTTP_ORIGIN": "https://app.example.org"},
    ],
)
def test_what_the_answer_depends_on_makes_another_question(changes):
    assert not same(asking(), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_AUTHORIZATION": "Bearer a.b.c"},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_ORIGIN": "https://evil.example.org"},
        {"HTTP_X_FORWARDED_HOST": "evil.example.org", "HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": "192.0.2.2"},
        {"HTTP_X_REQUEST_ID": "1"},
    ],
)
def test_nothing_else_does(changes):
    assert same(asking(), **changes)


def test_a_trusted_proxys_word_on_the_host_counts():
    proxied = {"REMOTE_ADDR": "10.0.0.1"}
    assert asking().question(ENVIRON | proxied | {"HTTP_X_FORWARDED_HOST": "movies.example.org"}) != asking().question(
        ENVIRON | proxied | {"HTTP_X_FORWARDED_HOST": "films.example.org"}
    )


def test_where_links_begin_with_a_public_url_the_host_does_not_count():
    assert same(asking(public_url="https://movies.example.org"), HTTP_HOST="example.org", HTTP_X_FORWARDED_HOST="x")


@pytest.mark.parametrize("changes", [{"REQUEST_METHOD": "HEAD"}, {"QUERY_STRING": "q=" + "a" * LONGEST}])
def test_is_not_for_the_short_way(changes):
    assert asking().question(ENVIRON | changes) is None


def test_a_client_is_who_the_trusted_proxies_say():
    ours = asking()
    assert ours.client_address(ENVIRON | {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}) == "192.0.2.1"
    proxied = ENVIRON | {"REMOTE_ADDR": "10.0.0.1"}
    for forwarded in ("203.0.113.9", "1.1.1.1, " * LONGEST + "203.0.113.9"):
        assert ours.client_address(proxied | {"HTTP_X_FORWARDED_FOR": forwarded}) == "203.0.113.9"
