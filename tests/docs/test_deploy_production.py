"""docs/deploy/production.md: who pastes it, block after block, has a service behind nginx."""

import json

import pytest
import yaml

from tests.docs.blocks import ROOT, blocks
from tests.docs.machine import PRODUCTION, Machine, bare_machine
from tests.engines.command import children
from tests.engines.redis import wait_until
from tests.standins.tmdb import KEY

BLOCKS = blocks(PRODUCTION)
PROGRAM, SECRETS, SERVICE, HEALTH, ANSWER, NGINX, FILMS, FOR_ROOT, DATABASE, RELOAD, CONTAINERS = BLOCKS


@pytest.fixture
def machine(tmp_path, distributions):
    with bare_machine(tmp_path, distributions.wheel) as machine:
        yield machine


def test_it_makes_a_service_behind_nginx(machine):
    machine.paste(PROGRAM.text)
    machine.paste(SECRETS.text, TMDB_KEY=KEY)
    config = machine.path("/etc/moviecatalog")
    for name in ("auth_secret", "tmdb_api_key", "redis_url"):
        assert (config / name).stat().st_mode & 0o777 == 0o600
    machine.paste(SERVICE.text)
    assert machine.path("/var/lib/moviecatalog/moviecatalog.sqlite").exists()

    answer, shown = json.loads(machine.paste(HEALTH.text)), json.loads(ANSWER.text)
    for check in (*answer["checks"].values(), *shown["checks"].values()):
        assert check.pop("milliseconds") >= 0
    assert answer == shown

    # What `nginx -t` would say of the machine's own configuration is asked of the test's.
    copy, test, reload = NGINX.text.partition("sudo nginx -t\n")
    assert test
    machine.paste(copy, NAME="films.example.com")
    site = machine.path("/etc/nginx/conf.d/moviecatalog.conf").read_text()
    assert site.count("server_name films.example.com;") == 2
    code, said = machine.make_nginx("tested").test()
    assert code == 0, said
    machine.paste(reload)
    ask = FILMS.text.replace("https://movies.example.org", machine.nginx.url)
    page = json.loads(machine.paste(ask, CURL_CA_BUNDLE=str(machine.nginx.certificate)))
    assert page["results"]
    assert page["next"].startswith(machine.nginx.url)

    assert "nothing is served any more" in machine.paste(FOR_ROOT.text)

    before = children(machine.pid)
    machine.paste(RELOAD.text)
    wait_until(lambda: before - children(machine.pid))
    machine.paste("systemctl stop moviecatalog")
    assert {code for _, code in machine.orders} == {0}
    assert "Traceback" not in (machine.folder / "log").read_text()
    program = machine.path("/opt/moviecatalog/bin/moviecatalog").read_text()
    assert str(machine.root) in program.splitlines()[0], "not the one that was installed"


def test_the_service_takes_the_database_from_a_secret(tmp_path, postgresql):
    with Machine(tmp_path / "machine") as machine:
        machine.install()
        unit = machine.path("/etc/systemd/system/moviecatalog.service")
        unit.write_text(f"{unit.read_text(encoding='utf-8')}\n{DATABASE.text}", encoding="utf-8")
        machine.path("/etc/moviecatalog/database_url").write_text(postgresql.new_database())
        machine.start()
        assert json.loads(machine.paste(HEALTH.text))["checks"]["storage"]["state"] == "ok"
        assert list(machine.path("/var/lib/moviecatalog").iterdir()) == []


def test_the_secrets_of_containers_are_where_the_compose_file_looks(tmp_path):
    with Machine(tmp_path / "machine") as machine:
        (machine.home / "deploy").mkdir()
        for name in ("certificate", "key"):
            (machine.home / name).write_text(name)
        paths = {"CERTIFICATE": "../certificate", "KEY": "../key"}
        machine.paste(CONTAINERS.text, TMDB_KEY=KEY, **paths)
        deploy = machine.home / "deploy"
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    for secret in compose["secrets"].values():
        assert (deploy / secret["file"]).read_text().strip()
    password = (deploy / "secrets/postgresql_password").read_text().strip()
    assert f":{password}@postgresql/moviecatalog" in (deploy / "secrets/database_url").read_text()
    site = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for path in (deploy / "tls").iterdir():
        assert f"/etc/moviecatalog/tls/{path.name};" in site
