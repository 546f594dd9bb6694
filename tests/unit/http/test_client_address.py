import ipaddress

import pytest
from pyramid.request import Request

from moviecatalog.http.client_address import base_url, client_address, rate_limit_address
from moviecatalog.settings.parsers import networks

PROXIES = networks("10.0.0.0/8 ::1")


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.1", None, "203.0.113.1"),
        ("203.0.113.1", "198.51.100.7", "203.0.113.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "garbage", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, garbage, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7:5678", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::3]:99", "2001:db8::3"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("::ffff:203.0.113.1", None, "203.0.113.1"),
        ("fe80::1%eth0", None, "fe80::1"),
    ],
)
def test_the_client_is_the_address_next_to_the_trusted_proxies(remote, forwarded, expected):
    assert client_address(remote, forwarded, PROXIES) == ipaddress.ip_address(expected)


# None and "" as servers have it, "localhost" as waitress does.
@pytest.mark.parametrize("remote", [None, "", "localhost"])
def test_a_peer_on_a_unix_socket_counts_as_one_on_the_loopback_address(remote):
    forwarded = "198.51.100.7"
    assert client_address(remote, forwarded, networks("127.0.0.1")) == ipaddress.ip_address(forwarded)
    assert client_address(remote, forwarded, ()) == ipaddress.ip_address("127.0.0.1")


def request(remote, **headers):
    return Request.blank("/api/", environ={"REMOTE_ADDR": remote}, headers=headers)


def test_ipv6_addresses_of_one_network_are_one_client():
    one, other, third = (
        rate_limit_address(address, None, ()) for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")
    )
    assert one == other != third


def test_links_begin_with_the_public_url_where_there_is_one():
    assert base_url(request("10.0.0.1"), "https://movies.example.org", PROXIES) == "https://movies.example.org"


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "movies.example.org"}


def test_a_trusted_proxy_says_what_links_begin_with():
    assert base_url(request("10.0.0.1", **FORWARDED), None, PROXIES) == "https://movies.example.org"


def test_nobody_else_does():
    assert base_url(request("203.0.113.1", **FORWARDED), None, PROXIES) == "http://localhost"


def test_a_scheme_that_is_none_is_not_believed():
    forwarded = FORWARDED | {"X-Forwarded-Proto": "javascript"}
    assert base_url(request("10.0.0.1", **forwarded), None, PROXIES) == "http://movies.example.org"


@pytest.mark.parametrize("host", ['a b"<>', "evil.example/x", "user@evil.example", ""])
def test_a_host_that_is_none_is_not_believed(host):
    forwarded = FORWARDED | {"X-Forwarded-Host": host}
    assert base_url(request("10.0.0.1", **forwarded), None, PROXIES) == "https://localhost"


def test_of_several_values_the_nearest_proxys_counts():
    forwarded = {"X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "evil.example, movies.example.org"}
    assert base_url(request("10.0.0.1", **forwarded), None, PROXIES) == "https://movies.example.org"
