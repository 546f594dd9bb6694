"""The unit for systemd that ships. Its commands are run by tests/docs/test_deploy_production.py."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.binaries import find
from tests.engines.unit import Unit

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
