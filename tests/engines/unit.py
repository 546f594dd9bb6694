"""A unit of systemd's, whose commands are run as systemd would: with its environment and its credentials.

What it asks of the kernel is left out: that needs a systemd that has booted the machine.
"""

import os
import shlex
import shutil
import signal
import subprocess
from collections import defaultdict
from pathlib import Path

from tests.engines.command import environ, wait_for


class Unit:
    """`paths` has for each path that the unit names the one to take in its place; `folder` is for credentials."""

    def __init__(self, text, folder, paths):
        for path, other in paths.items():
            text = text.replace(path, str(other))
        self._lines = _lines(text)
        self._folder = folder
        self._process = None

    def all(self, name):
        return self._lines[name]

    def one(self, name):
        (value,) = self._lines[name]
        return value

    def start(self, port, log, others=None):
        """Once it answers; `others` are variables besides its own."""
        variables = self._environment() | (others or {})
        for command in self.all("ExecStartPre"):
            subprocess.run(shlex.split(command), check=True, env=variables, stdout=log, stderr=log)
        self._process = subprocess.Popen(shlex.split(self.one("ExecStart")), env=variables, stdout=log, stderr=log)
        wait_for(port, self._process)

    def _environment(self):
        credentials = self._folder / "credentials"
        credentials.mkdir(exist_ok=True)
        for credential in self.all("LoadCredential"):
            name, _, path = credential.partition(":")
            shutil.copyfile(path, credentials / name)
        own = dict(line.replace("%d", str(credentials)).split("=", 1) for line in self.all("Environment"))
        for file in map(Path, (it.removeprefix("-") for it in self.all("EnvironmentFile"))):
            if file.exists():
                own |= dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
        return environ() | own

    @property
    def pid(self):
        return self._process.pid

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def reload(self):
        command = self.one("ExecReload").replace("$MAINPID", str(self.pid))
        subprocess.run(shlex.split(command), check=True)

    def stop(self):
        """Its exit code."""
        os.kill(self.pid, signal.Signals[self.one("KillSignal")])
        return self._process.wait(int(self.one("TimeoutStopSec")))


def _lines(text):
    found = defaultdict(list)
    for line in text.splitlines():
        name, is_line, value = line.partition("=")
        if is_line and not line.startswith("#"):
            found[name].append(value)
    return found
