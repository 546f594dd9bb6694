import pytest
import redis

from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.plugins.caches.none import NoCache
from moviecatalog.plugins.caches.redis.cache import RedisCache
from moviecatalog.redis_url import redis_url
from moviecatalog.testing.caches import CacheContract
from tests.engines.redis import Cluster, RedisEngine, SentinelGroup


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def make_cache(self):
        cache = MemoryCache(max_bytes=1_000_000)
        return lambda: cache


class TestNoCache(CacheContract):
    keeps = False

    @pytest.fixture
    def make_cache(self):
        return NoCache


class RedisContract(CacheContract):
    @pytest.fixture
    def make_cache(self, server_url):
        made = []

        def make():
            made.append(RedisCache(redis_url(server_url)))
            return made[-1]

        yield make
        for cache in made:
            cache.close()


class TestRedisCache(RedisContract):
    @pytest.fixture(scope="class", params=["tcp", "unix"])
    @classmethod
    def server_url(cls, request, tmp_path_factory):
        folder = tmp_path_factory.mktemp("redis")
        engine = RedisEngine(folder, "--unixsocket", str(folder / "redis.sock"))
        yield engine.url if request.param == "tcp" else f"unix://{folder}/redis.sock?db=1"
        engine.stop()

    def test_every_key_has_the_prefix_and_an_end(self, make_cache, server_url):
        cache = make_cache()
        cache.region.set("moviecatalog:contract:kept", 1)
        cache.count("moviecatalog:contract:counted", 60)
        lock = cache.region.backend.get_mutex("moviecatalog:contract:locked")
        lock.acquire(False)
        with redis.Redis.from_url(server_url) as client:
            keys = client.keys()
            assert len(keys) >= 3
            assert all(key.startswith(b"moviecatalog:") and client.ttl(key) > 0 for key in keys)
        lock.release()


class TestRedisCacheWithAPassword(RedisContract):
    @pytest.fixture(scope="class")
    @classmethod
    def server_url(cls, tmp_path_factory):
        engine = RedisEngine(tmp_path_factory.mktemp("redis"), "--requirepass", "p@ss")
        yield f"redis://:p%40ss@127.0.0.1:{engine.port}"
        engine.stop()


class TestRedisCacheBehindSentinels(RedisContract):
    @pytest.fixture(scope="class")
    @classmethod
    def server_url(cls, tmp_path_factory):
        group = SentinelGroup(tmp_path_factory.mktemp("sentinels"))
        yield group.url
        group.stop()


class TestRedisCacheOnACluster(RedisContract):
    @pytest.fixture(scope="class")
    @classmethod
    def server_url(cls, tmp_path_factory):
        cluster = Cluster(tmp_path_factory.mktemp("cluster"))
        yield cluster.url
        cluster.stop()
