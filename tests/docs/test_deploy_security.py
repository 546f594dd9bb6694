"""docs/deploy/security.md: what it says of secrets, accounts, other sites and figures is so."""

import configparser

import pytest
import requests

from moviecatalog.testing.client import PASSWORD
from tests.docs.blocks import blocks
from tests.docs.machine import Machine

NEW_SECRET, ONE_SECRET, PROXY, CLOSED, CREATE, DEACTIVATE, CORS, METRICS, STORE = blocks("docs/deploy/security.md")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """With the settings of all ini blocks, and with figures."""
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        machine.install()
        ini = machine.path("/etc/moviecatalog/production.ini")
        machine.adapt()
        config = configparser.RawConfigParser()
        config.read_string(ini.read_text(encoding="ascii"))
        for block in (PROXY, CLOSED, CORS, STORE):
            config.read_string(f"[app:main]\n{block.text}".replace("redis://localhost:6379/0", machine.redis.url))
        config.set("app:main", "moviecatalog.metrics", "true")
        with ini.open("w", encoding="ascii") as file:
            config.write(file)
        machine.start()
        machine.paste(CREATE.text, PASSWORD=PASSWORD)
        yield machine


@pytest.fixture
def url(machine):
    return f"http://127.0.0.1:{machine.port}/api"


def sign_in(url):
    return requests.post(f"{url}/auth/token/", json={"username": "ada", "password": PASSWORD}, timeout=10)


def asks(url, token):
    return requests.get(f"{url}/auth/users/me/", headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code


def test_a_new_secret_signs_and_the_old_one_is_good_until_it_is_taken_away(machine, url):
    before = sign_in(url).json()["access"]
    machine.paste(NEW_SECRET.text)
    after = sign_in(url).json()["access"]
    assert (asks(url, before), asks(url, after)) == (200, 200)
    machine.paste(ONE_SECRET.text)
    assert (asks(url, before), asks(url, after)) == (401, 200)
    assert {code for _, code in machine.orders} == {0}


def test_links_begin_with_the_public_url(url):
    page = requests.get(f"{url}/movies/popular/?page_size=1", headers={"Host": "evil.example"}, timeout=10).json()
    assert page["next"].startswith("https://movies.example.org/api/")


def test_nobody_can_register(url):
    assert requests.post(f"{url}/auth/users/", json={}, timeout=10).status_code == 403


def test_scripts_of_the_named_site_alone_may_read_answers(url):
    for site, allowed in {"https://app.example.org": "https://app.example.org", "https://evil.example": None}.items():
        answer = requests.get(f"{url}/", headers={"Origin": site}, timeout=10)
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_the_machine_itself_sees_the_figures(machine):
    assert "moviecatalog_http_requests_total{" in machine.paste(METRICS.text)


def test_requests_are_counted_in_redis(machine, url):
    with machine.redis.client() as redis:
        before = set(redis.scan_iter("*"))
        assert requests.get(f"{url}/movies/?page_size=1", headers={"X-Forwarded-For": "192.0.2.77"}, timeout=10).ok
        assert set(redis.scan_iter("*")) - before


def test_who_is_shut_out_is_out_at_once(machine, url):
    token = sign_in(url).json()["access"]
    machine.paste(DEACTIVATE.text)
    assert asks(url, token) == 401
    assert sign_in(url).status_code == 401
