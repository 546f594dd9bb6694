import pytest

from moviecatalog.redis_server import RedisServer
from moviecatalog.redis_url import redis_url


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://:s3cret@cache.example:6380/2", "redis://cache.example:6380/2"),
        ("rediss://user:s3cret@cache.example/1?ssl_ca_certs=/ca.pem", "rediss://cache.example:6379/1"),
        ("redis://[::1]:7000", "redis://::1:7000/0"),
        ("unix:///run/redis.sock?db=3", "unix:///run/redis.sock/3"),
        ("unix://:s3cret@/run/redis.sock", "unix:///run/redis.sock/0"),
        ("redis+sentinel://:s3cret@a,b:1/movies/4", "redis+sentinel://a:26379,b:1/movies/4"),
        ("redis+sentinel://a/movies", "redis+sentinel://a:26379/movies/0"),
        ("redis+cluster://user:s3cret@a:7001,[::1]:7002", "redis+cluster://a:7001,::1:7002/0"),
        ("redis+cluster://[::1]:7001,b/", "redis+cluster://::1:7001,b:6379/0"),
    ],
)
def test_a_url_says_where_the_server_is_without_its_secret(text, location):
    url = redis_url(text)
    assert url.location == location
    assert "s3cret" not in repr(url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "http://localhost",
        "redis://localhost:port",
        "redis://localhost?colour=red",
        "redis://localhost/zero",
        "redis://localhost:99999",
        "redis://[localhost",
        "unix://",
        "redis+sentinel://a",
        "redis+sentinel:///movies",
        "redis+sentinel://a/movies/x",
        "redis+cluster://",
        "redis+cluster://a,,b",
        "redis+cluster://a:x",
        "redis+cluster://a/1",
        "redis+cluster://a?colour=red",
        "redis+sentinel://a/movies?colour=red",
    ],
)
def test_anything_else_is_told_what_would_be_right(text):
    with pytest.raises(ValueError, match=r"redis\+cluster://host:6379"):
        redis_url(text)


def test_a_password_may_hold_anything_that_is_quoted():
    url = redis_url("redis+cluster://user:p%40s%2Fs@a:1")
    assert (url.username, url.password) == ("user", "p@s/s")


def test_nothing_is_connected_before_the_first_use():
    RedisServer(redis_url("redis+cluster://127.0.0.1:1,127.0.0.1:2")).close()


def test_tls_is_spoken_where_the_url_says_so():
    from redis import SSLConnection

    server = RedisServer(redis_url("rediss://127.0.0.1:1"))
    assert server._connected().connection_pool.connection_class is SSLConnection
    server.close()
