"""The unit for systemd that ships."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.binaries import find, free_port
from tests.engines.command import children, wait_for
from tests.engines.redis import redis_url, wait_until
from tests.engines.unit import Unit
from tests.standins.tmdb import KEY

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy/moviecatalog.service").read_text(encoding="utf-8")
GRACE = int(re.search(r"^#grace = (\d+)$", (ROOT / "production.ini").read_text(encoding="ascii"), re.MULTILINE)[1])


@pytest.fixture
def program(tmp_path):
    """The command, as it would be in /opt/moviecatalog/bin."""
    script = tmp_path / "moviecatalog"
    script.write_text(f"#!{sys.executable}\nfrom moviecatalog.cli import main\nmain(prog_name='moviecatalog')\n")
    script.chmod(0o755)
    return script


def test_systemd_finds_nothing_wrong_with_it(tmp_path, program):
    unit = tmp_path / "moviecatalog.service"
    unit.write_text(TEXT.replace("/opt/moviecatalog/bin/moviecatalog", str(program)))
    command = [find("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_waits_longer_for_the_end_than_requests_may_take(tmp_path):
    assert int(Unit(TEXT, tmp_path, {}).one("TimeoutStopSec")) > GRACE


def test_its_commands_serve_reload_and_stop(tmp_path, program, own_tmdb):
    config, port = tmp_path / "config", free_port()
    config.mkdir()
    (tmp_path / "state").mkdir()
    ini = (ROOT / "production.ini").read_text(encoding="ascii")
    # One process is replaced sooner than several.
    ini = ini.replace("#workers = 2", "workers = 1")
    ini = ini.replace("/var/lib/moviecatalog", str(tmp_path / "state")).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    (config / "production.ini").write_text(ini, encoding="ascii")
    (config / "environment").write_text(f"# Mine.\nMOVIECATALOG_SOURCE_TMDB_BASE_URL={own_tmdb.url}\n")
    paths = {"/opt/moviecatalog/bin/moviecatalog": program, "/etc/moviecatalog": config}
    with redis_url(tmp_path) as redis, (tmp_path / "log").open("w") as log:
        for name, secret in {"auth_secret": "s" * 64, "tmdb_api_key": KEY, "redis_url": redis}.items():
            (config / name).write_text(f"{secret}\n")
        unit = Unit(TEXT, tmp_path, paths)
        unit.start(port, log)
        try:
            before = children(unit.pid)
            unit.reload()
            wait_until(lambda: children(unit.pid) and not before & children(unit.pid))
            wait_for(port)
        finally:
            code = unit.stop()
    assert code == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
