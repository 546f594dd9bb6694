"""What somebody has who knows the project by its wheel alone: a fresh virtual environment, and a folder."""

import os
import subprocess
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]

UV = find_uv_bin()


class Stranger:
    """Its environment holds nothing but what was installed, and nobody's settings."""

    def __init__(self, folder):
        self.folder = folder
        self._venv = folder / "venv"
        subprocess.run([UV, "venv", "--quiet", self._venv], check=True, capture_output=True)

    def install(self, *what):
        self.uv("install", *what)

    def uninstall(self, *what):
        self.uv("uninstall", *what)

    def uv(self, verb, *what):
        command = [UV, "pip", verb, "--quiet", "--python", self._venv, *what]
        subprocess.run(command, check=True, capture_output=True, text=True)

    def command(self, name, *args):
        return [str(self._venv / "bin" / name), *map(str, args)]

    def environ(self, settings=None):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        secret = {"MOVIECATALOG_AUTH_SECRET": "a-secret-of-this-test-only-" * 3}
        return kept | secret | dict(settings or {})

    def run(self, name, *args, settings=None, check=True, cwd=None):
        return subprocess.run(
            self.command(name, *args),
            check=check,
            cwd=cwd or self.folder,
            env=self.environ(settings),
            capture_output=True,
            text=True,
        )

    def start(self, name, *args, settings=None):
        log = (self.folder / "log").open("a")
        with log:
            return subprocess.Popen(
                self.command(name, *args), cwd=self.folder, env=self.environ(settings), stdout=log, stderr=log
            )
