"""The directory that processes share."""

import os
import subprocess
import sys

import pytest
from prometheus_client import values

from moviecatalog.metrics.sharing import VARIABLE, dead_processes, metrics_directory, readable_files
from moviecatalog.settings.reader import SettingsError


@pytest.fixture
def shared(monkeypatch):
    """As if prometheus_client had been imported with the variable set."""
    monkeypatch.setattr(values, "ValueClass", object)


def test_without_the_variable_nothing_is_shared():
    assert metrics_directory({}) is None
    assert metrics_directory({VARIABLE: ""}) is None


@pytest.mark.usefixtures("shared")
def test_the_variable_names_it(tmp_path):
    assert metrics_directory({VARIABLE: str(tmp_path)}) == tmp_path


@pytest.mark.usefixtures("shared")
def test_a_directory_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(SettingsError, match=rf"{VARIABLE}: names '.*/nowhere', which is no directory"):
        metrics_directory({VARIABLE: str(tmp_path / "nowhere")})


def test_a_variable_that_came_too_late_is_reported(tmp_path):
    with pytest.raises(SettingsError, match="must be set before"):
        metrics_directory({VARIABLE: str(tmp_path)})


@pytest.mark.usefixtures("shared")
def test_a_variable_that_went_away_is_reported():
    with pytest.raises(SettingsError, match="must be set before"):
        metrics_directory({})


def test_a_file_that_is_just_being_made_is_not_read(tmp_path):
    (tmp_path / "counter_1.db").write_bytes(b"x")
    (tmp_path / "counter_2.db").touch()
    (tmp_path / "notes.txt").write_bytes(b"x")
    assert readable_files(tmp_path) == [str(tmp_path / "counter_1.db")]


def test_a_file_that_goes_away_meanwhile_is_not_read(tmp_path):
    (tmp_path / "gauge_livesum_1.db").symlink_to(tmp_path / "gone")
    assert readable_files(tmp_path) == []


def test_the_dead_are_those_whose_gauges_nobody_writes_any_more(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"gauge_livesum_{ended.pid}", f"gauge_livemax_{ended.pid}", f"gauge_livesum_{os.getpid()}"):
        (tmp_path / f"{name}.db").touch()
    for name in (f"counter_{ended.pid}", "gauge_livesum_nobody", "gauge_livesum_1"):
        (tmp_path / f"{name}.db").touch()
    assert list(dead_processes(tmp_path)) == [ended.pid]
