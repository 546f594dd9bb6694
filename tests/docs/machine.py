"""A machine on which a deployer pastes what the guides say.

A folder takes the place of `/`; the program, Redis, nginx and TMDB's stand-in are real. Only what needs a machine of
one's own has a stand-in: who root is, and systemd, whose part is to run what the unit says.
"""

import os
import re
import stat
import subprocess
import sys
import sysconfig
import threading
from contextlib import suppress
from pathlib import Path

from tests.docs.blocks import ROOT, blocks
from tests.engines.binaries import free_port
from tests.engines.command import environ
from tests.engines.nginx import NginxEngine
from tests.engines.redis import RedisEngine
from tests.engines.unit import Unit
from tests.standins.tmdb import KEY, TmdbStandIn

PRODUCTION = "docs/deploy/production.md"
TOPS = re.compile(r"(?<![\w./])/(etc|opt|usr/local|var)/")

STAND_INS = {
    # Everything here belongs to whoever runs the tests.
    "sudo": 'exec env "$@"',
    "chown": 'shift; for it; do test -e "$it" || exit 1; done',
    "useradd": "exit 0",
    # Asks the test, which answers by an exit code.
    "systemctl": 'echo "$*" >"$ASKED"; read -r code <"$DONE"; exit "$code"',
}


class Machine:
    """`variables` are for all that is started here."""

    def __init__(self, folder, **variables):
        self.variables = variables
        self.folder = folder
        self.root = folder / "root"
        self.port = free_port()
        for name in (
            "etc/nginx/conf.d",
            "etc/systemd/system",
            "opt",
            "usr/local/sbin",
            "var/lib",
            "var/backups",
            "var/tmp",
        ):
            (self.root / name).mkdir(parents=True)
        self.home = folder / "home"
        self.home.mkdir()
        self.redis = RedisEngine(folder)
        self.tmdb = TmdbStandIn()
        self.orders = []
        self.nginx = None
        self._unit = None
        self._log = (folder / "log").open("w")
        self._make_stand_ins()

    def _make_stand_ins(self):
        (self.folder / "bin").mkdir()
        for name, script in STAND_INS.items():
            path = self.folder / "bin" / name
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        for name in ("asked", "done"):
            os.mkfifo(self.folder / name)
        threading.Thread(target=self._systemd, daemon=True).start()

    def _systemd(self):
        while True:
            order = (self.folder / "asked").read_text().strip()
            code = 1
            with suppress(Exception):
                self._obey(order)
                code = 0
            self.orders.append((order, code))
            (self.folder / "done").write_text(f"{code}\n")

    def make_nginx(self, name):
        """Over what stands in /etc/nginx/conf.d."""
        sites = self.path("/etc/nginx/conf.d")
        site, upstream = sites / "moviecatalog.conf", sites / "moviecatalog-upstream.conf"
        (self.folder / name).mkdir()
        return NginxEngine(self.folder / name, f"127.0.0.1:{self.port}", site=site, upstreams=upstream)

    def _obey(self, order):
        match order.split():
            case ["daemon-reload"]:
                self.adapt()
            case ["enable", "--now", "moviecatalog"] | ["start", "moviecatalog"]:
                self.start()
            case ["restart", "moviecatalog"]:
                if self._unit:
                    self._unit.stop()
                self.start()
            case ["reload", "moviecatalog"]:
                self._unit.reload()
            case ["stop", "moviecatalog"]:
                assert self._unit.stop() == 0
            case ["reload", "nginx"]:
                self.nginx = self.make_nginx("serving")
                self.nginx.start()
            case _:
                raise ValueError(order)

    def adapt(self):
        """Of the ini file, the port and the folder to this machine's."""
        ini = self.path("/etc/moviecatalog/production.ini")
        text = ini.read_text(encoding="ascii").replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        # One process starts, and is replaced, sooner than several.
        text = text.replace("#workers = 2", "workers = 1")
        ini.write_text(self._here(text))

    def _here(self, text):
        """The same with this machine's paths."""
        text = text.replace("sqlite:////var/", f"sqlite:///{self.root}/var/")
        return TOPS.sub(rf"{self.root}/\1/", text)

    def start(self):
        self.adapt()
        text = self.path("/etc/systemd/system/moviecatalog.service").read_text(encoding="utf-8")
        self._unit = Unit(self._here(text), self.folder, {})
        state = self.path("/var/lib/moviecatalog")
        state.mkdir(exist_ok=True)
        self._unit.start(self.port, self._log, self.variables | {"MOVIECATALOG_SOURCE_TMDB_BASE_URL": self.tmdb.url})

    @property
    def pid(self):
        return self._unit.pid

    def install(self):
        """What production.md does; without a program in /opt, with the tests' own."""
        share = self.path("/opt/moviecatalog/share/moviecatalog")
        share.mkdir(parents=True, exist_ok=True)
        for source in ("production.ini", "deploy/moviecatalog.service"):
            (share / Path(source).name).write_bytes((ROOT / source).read_bytes())
        program = self.path("/opt/moviecatalog/bin/moviecatalog")
        if not program.exists():
            program.parent.mkdir()
            program.write_text(
                f"#!{sys.executable}\nfrom moviecatalog.cli import main\nmain(prog_name='moviecatalog')\n"
            )
            program.chmod(0o755)
        config = self.path("/etc/moviecatalog")
        config.mkdir()
        (config / "production.ini").write_bytes((share / "production.ini").read_bytes())
        for name, value in {"auth_secret": "s" * 64, "tmdb_api_key": KEY, "redis_url": self.redis.url}.items():
            (config / name).write_text(f"{value}\n")
        unit = self.path("/etc/systemd/system/moviecatalog.service")
        unit.write_bytes((share / "moviecatalog.service").read_bytes())
        (for_root,) = (it for it in blocks(PRODUCTION) if "sudo tee /usr/local/sbin/moviecatalog" in it.text)
        # Its last line is a first use, which the page's own test makes.
        self.paste("".join(for_root.text.splitlines(keepends=True)[:-1]))

    def path(self, path):
        return self.root / path.removeprefix("/")

    def paste(self, text, **variables):
        """What the shell prints, once it has done all of it."""
        text = self._here(text).replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        text = text.replace("redis://localhost:6379/0", self.redis.url)
        own = {"ASKED": str(self.folder / "asked"), "DONE": str(self.folder / "done"), "HOME": str(self.home)}
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin"
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", text],
            env=environ() | own | {"PATH": path} | self.variables | variables,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{(self.folder / 'log').read_text()[-2000:]}"
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(Exception):
            self._unit.stop()
        if self.nginx:
            self.nginx.stop()
        self.redis.stop()
        self.tmdb.close()
        self._log.close()


def bare_machine(folder, wheel):
    """One without moviecatalog, and without a package index: what it depends on is there already."""
    packages = folder / "packages"
    packages.mkdir(parents=True)
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "moviecatalog" not in path.name and path.suffix != ".pth":
            (packages / path.name).symlink_to(path)
    offline = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    machine = Machine(folder / "machine", PYTHONPATH=str(packages), **offline)
    (machine.home / "dist").mkdir()
    (machine.home / "dist" / wheel.name).symlink_to(wheel)
    return machine
