"""nginx with the site that ships, in front of a server of the test's own."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.engines.binaries import free_port, missing

SITE = Path(__file__).parents[2] / "deploy/nginx.conf"

FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    """`port` is where it listens; all that it writes is in `folder`."""

    def __init__(self, folder, upstream_port):
        self._program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or missing(
            "there is no nginx: the system's packages bring it"
        )
        self.port = free_port()
        self._folder = folder
        self._config = folder / "nginx.conf"
        self._config.write_text(self._around(self._site(upstream_port)), encoding="utf-8")
        self._run("-t")
        self._process = subprocess.Popen(self._command(), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._listens():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def _site(self, upstream_port):
        """The file as it ships, but for its two ports."""
        site = SITE.read_text(encoding="utf-8")
        for ours, theirs in (
            ("server 127.0.0.1:8000", f"server 127.0.0.1:{upstream_port}"),
            ("    listen 80;\n", f"    listen {self.port};\n"),
        ):
            assert site.count(ours) == 1
            site = site.replace(ours, theirs)
        return site

    def _around(self, site):
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "\n".join(f"{name}_temp_path {self._folder}/{name};" for name in FOLDERS)
        return (
            f"{user} daemon off; worker_processes 2; pid {self._folder}/nginx.pid;"
            f"events {{ worker_connections 1024; }}\n"
            f"http {{ access_log {self._folder}/access.log; {temporary}\n{site}\n}}\n"
        )

    def _command(self, *more):
        return [self._program, "-c", str(self._config), "-e", str(self._folder / "error.log"), *more]

    def _run(self, *more):
        done = subprocess.run(self._command(*more), check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr + self.log()

    def _listens(self):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def reload(self):
        self._run("-s", "reload")

    def log(self):
        path = self._folder / "error.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
