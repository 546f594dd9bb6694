"""The files that ship for containers and systemd, as far as they can be tried without an engine or an init."""

import configparser
import json
import re
import shlex
import subprocess
import sys

import pytest
import yaml

from moviecatalog.cli import main
from moviecatalog.plugins.installed import installed
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsReader, environment_name
from tests.docs.blocks import ROOT
from tests.engines.binaries import free_port
from tests.engines.sample import sample_server

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def variables():
    """The names of all variables that are settings."""
    reader = SettingsReader({}, {})
    CoreSettings.read(reader)
    for plugin in installed():
        reader.read(plugin.plugin.Settings, f"{plugin.kind.setting}.{plugin.name}")
    names = {environment_name(reading.name) for reading in reader.readings}
    return names | {f"{name}_FILE" for name in names} | {"MALLOC_ARENA_MAX", "PYTHONUNBUFFERED", "PATH"}


def assert_command(words):
    """That it is one of ours, with the arguments that it takes."""
    assert words[0].rpartition("/")[2] == "moviecatalog"
    command = main.commands[words[1]]
    with command.make_context(words[1], list(words[2:])):
        assert words[2] == "/etc/moviecatalog/production.ini"


class TestSystemd:
    @pytest.fixture
    def lines(self):
        text = (DEPLOY / "moviecatalog.service").read_text(encoding="utf-8")
        return [tuple(line.split("=", 1)) for line in text.splitlines() if re.match(r"\w+=", line)]

    def values(self, lines, name):
        return [value for key, value in lines if key == name]

    def test_it_is_a_unit_file(self):
        parser = configparser.RawConfigParser(strict=False)
        parser.read(DEPLOY / "moviecatalog.service", encoding="utf-8")
        assert parser.sections() == ["Unit", "Service", "Install"]

    def test_its_commands_are_ours(self, lines):
        for name in ("ExecStartPre", "ExecStart"):
            (command,) = self.values(lines, name)
            assert_command(shlex.split(command))

    def test_its_variables_are_settings_and_its_secrets_credentials(self, lines, variables):
        environment = dict(value.split("=", 1) for value in self.values(lines, "Environment"))
        assert set(environment) <= variables
        credentials = {value.split(":")[0] for value in self.values(lines, "LoadCredential")}
        assert {value.removeprefix("%d/") for value in environment.values() if "%d/" in value} == credentials

    def test_it_waits_for_longer_than_requests_in_flight_may_take(self, lines):
        production = configparser.RawConfigParser()
        production.read(ROOT / "production.ini", encoding="utf-8")
        (seconds,) = self.values(lines, "TimeoutStopSec")
        assert int(seconds) > int(production["server:main"].get("grace", "10"))


class TestCompose:
    @pytest.fixture(scope="class")
    @classmethod
    def compose(cls):
        return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))

    def test_its_variables_are_settings(self, compose, variables):
        for name in ("app", "migrate"):
            assert set(compose["services"][name]["environment"]) <= variables

    def test_its_commands_are_ours(self, compose):
        assert_command(compose["services"]["migrate"]["command"])

    def test_whatever_it_refers_to_is_there(self, compose):
        for service in compose["services"].values():
            assert set(service.get("depends_on", {})) <= set(compose["services"])
            assert set(service.get("secrets", ())) <= set(compose["secrets"])
            for volume in service.get("volumes", ()):
                source = volume.split(":")[0]
                assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"]
        build = compose["services"]["app"]["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")

    def test_nobody_but_nginx_can_be_reached_from_outside(self, compose):
        open_services = {name for name, service in compose["services"].items() if "ports" in service}
        assert open_services == {"app"}
        assert compose["services"]["app"]["ports"] == ["8080:80"]
        assert compose["services"]["nginx"]["network_mode"] == "service:app"


class TestDockerfile:
    @pytest.fixture(scope="class")
    @classmethod
    def text(cls):
        return (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")

    def test_what_it_copies_is_there(self, text):
        copied = re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)
        assert copied == [".", "production.ini"]
        assert all((ROOT / path).exists() for path in copied)

    def test_its_extra_is_one(self, text):
        (extra,) = re.findall(r"'\.\[(\w+)\]'", text)
        assert f'"{extra}": [' in (ROOT / "setup.py").read_text(encoding="utf-8")

    def test_it_does_not_run_as_root(self, text):
        assert re.findall(r"^USER (\d+)", text, re.MULTILINE) == ["10001"]

    def test_its_command_is_ours(self, text):
        (command,) = re.findall(r"^CMD (.*)", text, re.MULTILINE)
        assert_command(json.loads(command))

    def test_its_health_check_tells_a_server_that_works_from_one_that_does_not(self, text, tmp_path):
        (command,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])", text, re.MULTILINE)
        _, option, code = json.loads(command)

        def checked(port):
            command = [sys.executable, option, code.replace("127.0.0.1:8000", f"127.0.0.1:{port}")]
            return subprocess.run(command, check=False, capture_output=True).returncode == 0

        with sample_server(tmp_path) as origin:
            assert checked(origin.rpartition(":")[2])
        assert not checked(free_port())
