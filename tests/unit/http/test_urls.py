import pytest

from moviecatalog.http.urls import BadHost, check_host, with_slash


@pytest.mark.parametrize(
    "host", [None, "localhost", "localhost:8000", "movies.example.org", "127.0.0.1:80", "[::1]:80"]
)
def test_hosts_pass(host):
    check_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        'a b"<>',
        "a/b",
        "user@host",
        "host:port",
        "[::1",
        "[1.2.3]",
        "..",
        "a:99999",
        "-a",
        "a..b",
        "x" * 64,
        "a\nb",
        "é",
    ],
)
def test_what_is_no_host_does_not(host):
    with pytest.raises(BadHost):
        check_host(host)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api", "/api/"),
        ("/api/movies", "/api/movies/"),
        ("/api/movies/", "/api/movies/"),
        ("/api/openapi.json", "/api/openapi.json"),
        ("/api/docs/style.css", "/api/docs/style.css"),
        ("/apis", "/apis"),
        ("/elsewhere", "/elsewhere"),
        ("", ""),
    ],
)
def test_paths_of_the_api_end_in_a_slash_unless_they_name_a_file(path, expected):
    assert with_slash(path) == expected


def test_a_path_that_is_not_utf_8_is_none():
    with pytest.raises(UnicodeDecodeError):
        with_slash("/api/\xff")
