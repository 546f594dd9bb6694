"""Several servers of Redis, of which one or all are out of order."""

import time

import pytest

from tests.engines.redis import Cluster, SentinelGroup
from tests.functional.noticing import notices_nothing, recovers, warm


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def group(tmp_path):
    group = SentinelGroup(tmp_path)
    yield group
    group.stop()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.mark.usefixtures("looks_soon_again")
def test_behind_sentinels_another_takes_over(api_on_redis, group):
    api = api_on_redis(group.url)
    warm(api)
    group.master.kill()
    notices_nothing(api)
    with group.replica.client() as client:
        deadline = time.monotonic() + 20
        while client.info("replication")["role"] != "master":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        client.flushall()
        recovers(api, client)


def test_of_a_cluster_one_node_may_die(api_on_redis, cluster):
    api = api_on_redis(cluster.url)
    warm(api)
    cluster.nodes[1].kill()
    notices_nothing(api)


def test_of_a_cluster_all_nodes_may_hang(api_on_redis, cluster):
    api = api_on_redis(cluster.url)
    warm(api)
    for node in cluster.nodes:
        node.hang()
    notices_nothing(api)
