"""`make bench` at its smallest: everything is started, filled, asked and stopped."""

import subprocess
import sys

import pytest

from tests.engines.binaries import find
from tests.engines.command import environ


@pytest.fixture(autouse=True)
def _needs_wrk():
    find("wrk")


def test_a_family_alone_prints_its_goals_and_its_figures():
    command = [sys.executable, "-m", "benchmarks", "--only", "stampede", "--films", "100"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ())
    assert done.returncode == 0, done.stderr
    assert "| 50 clients, one cold key, two workers | calls of the source | 1 | ≤ 1 |  | met |" in done.stdout
    assert "| Python |" in done.stdout
