"""Many clients at once, in two processes, for what one call to TMDB answers."""

import os
import signal
import threading
import time

import pytest
import redis
import requests

from tests.engines.servers import Servers
from tests.functional.conftest import TWO_PROCESSES, choose
from tests.standins import faults

CLIENTS = 50


@pytest.fixture
def installation():
    return TWO_PROCESSES


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def start(installation, request, tmp_path, tmdb):
    """Two processes that serve the installation, with settings of the test's own."""
    running = []

    def started(**settings):
        lines = choose(installation, request, tmp_path) | tmdb.settings
        lines |= {f"moviecatalog.{name.replace('__', '.')}": value for name, value in settings.items()}
        running.append(Servers(lines, threads=CLIENTS))
        return running[-1]

    yield started
    for servers in running:
        servers.stop()


@pytest.fixture
def servers(start):
    return start()


def ask(servers, path, clients=CLIENTS):
    """The answers of so many clients at once, who take turns at the servers, and how long each waited."""
    urls = servers.urls()
    ready = threading.Barrier(clients)
    answers = []

    def client(number):
        ready.wait()
        began = time.monotonic()
        answer = requests.get(f"{urls[number % len(urls)]}/api{path}", timeout=30)
        answers.append((answer, time.monotonic() - began))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def warm_up(servers):
    """What the first requests of a process cost is no matter of waiting for others."""
    for url in servers.urls():
        assert requests.get(f"{url}/api/movies/trending/", timeout=30).status_code == 200


def test_one_call_answers_all_who_come_to_a_cold_key(servers, tmdb):
    warm_up(servers)
    tmdb.asked.clear()
    tmdb.delay = 2.0
    answers = ask(servers, "/movies/popular/")
    assert {answer.status_code for answer, _ in answers} == {200}
    assert len({answer.text.split('"results"')[1] for answer, _ in answers}) == 1
    assert len(tmdb.asked) == 1
    # A quarter more than the source takes; the rest is what a crowded machine adds.
    assert max(waited for _, waited in answers) <= 1.25 * tmdb.delay + 0.5


def test_one_failure_is_told_to_all_who_come_to_a_cold_key(servers, tmdb):
    warm_up(servers)
    tmdb.asked.clear()
    tmdb.fault = faults.hang
    answers = ask(servers, "/movies/popular/")
    assert {answer.status_code for answer, _ in answers} == {503}
    assert len(tmdb.asked) == 1
    # 3.5 are promised; the rest is what a crowded machine adds.
    assert max(waited for _, waited in answers) < 4


def test_nobody_waits_for_an_answer_that_expired_a_moment_ago(start, tmdb):
    servers = start(cache__ttl="1", cache__renew_ttl="60")
    warm_up(servers)
    assert ask(servers, "/movies/popular/", clients=2)
    time.sleep(1.1)
    tmdb.asked.clear()
    tmdb.delay = 1.0
    answers = ask(servers, "/movies/popular/")
    assert {answer.headers["X-Cache"] for answer, _ in answers} == {"STALE"}
    assert max(waited for _, waited in answers) < 0.9
    deadline = time.monotonic() + 5
    while requests.get(f"{servers.urls()[1]}/api/movies/popular/", timeout=5).headers["X-Cache"] != "HIT":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert tmdb.paths().count("movie/popular") <= 2


def test_if_the_one_who_asks_is_killed_another_goes_on(servers, tmdb):
    warm_up(servers)
    tmdb.delay = 1.5
    first, second = servers.urls()
    # It never comes to an answer.
    doomed = threading.Thread(target=_swallow, args=(f"{first}/api/movies/popular/",))
    doomed.start()
    time.sleep(0.3)
    os.kill(servers.processes[0].pid, signal.SIGKILL)
    doomed.join()
    began = time.monotonic()
    answer = requests.get(f"{second}/api/movies/popular/", timeout=30)
    assert answer.status_code == 200
    assert time.monotonic() - began < 9
    assert requests.get(f"{second}/api/movies/popular/", timeout=30).headers["X-Cache"] == "HIT"


def _swallow(url):
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=30)


def test_wiped_while_somebody_holds_the_lock_nobody_fails(servers, tmdb, redis_server):
    warm_up(servers)
    tmdb.delay = 1.0
    answers = []
    asking = threading.Thread(target=lambda: answers.extend(ask(servers, "/movies/popular/", clients=10)))
    asking.start()
    time.sleep(0.4)
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    asking.join()
    assert {answer.status_code for answer, _ in answers} == {200}


def test_without_redis_each_process_asks_once(start, tmdb):
    servers = start(cache__redis__url="redis://127.0.0.1:1")
    warm_up(servers)
    tmdb.asked.clear()
    tmdb.delay = 0.5
    answers = ask(servers, "/movies/popular/")
    assert {answer.status_code for answer, _ in answers} == {200}
    assert len(tmdb.asked) == 2


def test_all_processes_together_ask_no_more_often_than_they_may(start, tmdb):
    servers = start(source__tmdb__requests_per_second="5")
    answers = []
    threads = [threading.Thread(target=lambda n=number: answers.append(_search(servers, n))) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who would have to wait for too long is told so instead.
    assert set(answers) <= {200, 503}
    assert answers.count(200) >= 10
    # Five in each of two seconds of the clock, and what a crowded machine hands over late of a third; without the limit
    # all of them would come at once.
    for began in tmdb.times:
        assert sum(began <= other < began + 0.9 for other in tmdb.times) <= 15


def _search(servers, number):
    url = servers.urls()[number % 2]
    return requests.get(f"{url}/api/movies/search/?q=the{number}", timeout=30).status_code


def test_a_changed_title_ends_what_the_other_process_kept(start, tmdb):
    servers = start(cache__ttl="900")
    first, second = servers.urls()
    before = requests.get(f"{second}/api/movies/popular/", timeout=5).json()["results"][0]
    tmdb.twist = lambda _path, body: body | {"results": [body["results"][0] | {"title": "Another"}]}
    assert requests.get(f"{first}/api/movies/search/?q={before['title']}", timeout=5).status_code == 200
    tmdb.twist = lambda _path, body: body
    after = requests.get(f"{second}/api/movies/popular/", timeout=5)
    assert after.headers["X-Cache"] == "MISS"
