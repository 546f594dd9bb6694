"""The files for containers: what they name is there, and what they run serves, without a container engine."""

import json
import re
import signal
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tests.engines.binaries import free_port
from tests.engines.command import command, environ, wait_for
from tests.engines.redis import redis_url
from tests.standins.tmdb import KEY

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def instruction(name):
    """The argument of the last one of this name, in one line."""
    text = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", text, re.MULTILINE)[-1].strip()


def exec_form(name):
    return json.loads(instruction(name))


def health_check():
    return json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])


@pytest.fixture
def container(tmp_path, postgresql, own_tmdb):
    """The variables and the ini file that the service `app` would have, with engines of the test's own."""
    port = free_port()
    config, secrets = tmp_path / "config", tmp_path / "secrets"
    config.mkdir()
    secrets.mkdir()
    for source in instruction("COPY").split()[:-1]:
        text = (ROOT / source).read_text(encoding="ascii").replace("0.0.0.0:8000", f"0.0.0.0:{port}")
        (config / Path(source).name).write_text(text, encoding="ascii")
    values = {"auth_secret": "s" * 64, "tmdb_api_key": KEY, "database_url": postgresql.new_database()}
    for name in SERVICES["app"]["secrets"]:
        (secrets / name).write_text(values[name] + "\n")
    with redis_url(tmp_path) as redis:
        variables = {
            name: str(value).replace("/run/secrets", str(secrets)).replace("redis://redis:6379/0", redis)
            for name, value in SERVICES["app"]["environment"].items()
        }
        variables["MOVIECATALOG_SOURCE_TMDB_BASE_URL"] = own_tmdb.url
        yield port, config, environ() | variables


def as_process(words, config):
    """The words of a container's command as one of this machine's."""
    assert exec_form("ENTRYPOINT") == ["moviecatalog"]
    return command(*(word.replace("/etc/moviecatalog", str(config)) for word in words))


def asked_for_health(port):
    program, *arguments = health_check()
    assert program == "python"
    words = [sys.executable, *(word.replace(":8000/", f":{port}/") for word in arguments)]
    return subprocess.run(words, check=False, stderr=subprocess.DEVNULL, timeout=10).returncode


def test_its_commands_migrate_serve_and_stop(container):
    port, config, variables = container
    subprocess.run(as_process(SERVICES["migrate"]["command"], config), check=True, env=variables, capture_output=True)
    assert asked_for_health(port) != 0
    with subprocess.Popen(as_process(exec_form("CMD"), config), env=variables, stderr=subprocess.PIPE) as process:
        try:
            wait_for(port, process)
            assert asked_for_health(port) == 0
            process.send_signal(signal.SIGTERM)
            seconds = int(SERVICES["app"]["stop_grace_period"].removesuffix("s"))
            _, log = process.communicate(timeout=seconds)
        finally:
            process.kill()
    assert process.returncode == 0
    assert b"Traceback" not in log


def test_the_image_runs_as_a_user_without_rights_who_has_a_number():
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", instruction("USER"))
    user, group = instruction("USER").split(":")
    assert f"--uid {user}" in DOCKERFILE
    assert f"--gid {group}" in DOCKERFILE


def is_ignored(path):
    ignored = False
    for line in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="ascii").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and (fnmatch(path, pattern) or path.startswith(f"{pattern}/")):
            ignored = not line.startswith("!")
    return ignored


def test_what_is_copied_into_the_image_is_there_and_not_ignored():
    sources = instruction("COPY").split()[:-1]
    assert sources
    for source in sources:
        assert (ROOT / source).is_file()
        assert not is_ignored(source)


def test_what_the_wheel_is_made_of_is_not_ignored():
    package = [path for path in (ROOT / "moviecatalog").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for path in (*package, *(ROOT / name for name in ("setup.py", "MANIFEST.in", "README.md", "deploy/nginx.conf"))):
        assert not is_ignored(str(path.relative_to(ROOT)))


def test_secrets_stay_out_of_the_image_and_of_git():
    for secret in (it["file"] for it in COMPOSE["secrets"].values()):
        path = f"deploy/{Path(secret)}"
        assert is_ignored(path)
        assert f"{Path(path).parent.name}/" in (DEPLOY / ".gitignore").read_text(encoding="ascii").splitlines()


def test_what_the_services_mount_and_need_is_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./tls" or (DEPLOY / source).is_file()
        assert set(service.get("secrets", ())) <= COMPOSE["secrets"].keys()
        assert set(service.get("networks", ())) <= COMPOSE["networks"].keys()
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()
    build = SERVICES["app"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_what_is_waited_for_can_come():
    conditions = {
        (name, it["condition"]) for service in SERVICES.values() for name, it in service.get("depends_on", {}).items()
    }
    for name, condition in conditions:
        match condition:
            case "service_completed_successfully":
                assert SERVICES[name]["restart"] == "no"
            case "service_healthy":
                assert "healthcheck" in SERVICES[name] or SERVICES[name]["image"] == "moviecatalog"
            case _:
                assert condition == "service_started"


def test_only_nginx_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]
    assert all("network_mode" not in service for service in SERVICES.values())
    assert COMPOSE["networks"]["back"] == {"internal": True}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_nginx_asks_the_application_which_believes_it_alone():
    application = SERVICES["app"]["networks"]["front"]["ipv4_address"]
    assert f"server {application}:8000 " in (DEPLOY / "nginx-upstream-container.conf").read_text(encoding="ascii")
    nginx = SERVICES["nginx"]["networks"]["front"]["ipv4_address"]
    assert SERVICES["app"]["environment"]["MOVIECATALOG_TRUSTED_PROXIES"] == nginx


def test_a_full_redis_drops_what_was_not_asked_for_longest(tmp_path):
    program, *options = SERVICES["redis"]["command"]
    assert program == "redis-server"
    from tests.engines.redis import RedisEngine

    redis = RedisEngine(tmp_path, *options)
    try:
        with redis.client() as client:
            assert client.config_get("maxmemory*")["maxmemory-policy"] == "allkeys-lru"
            assert client.config_get("maxmemory")["maxmemory"] == str(256 * 1024 * 1024)
    finally:
        redis.stop()
