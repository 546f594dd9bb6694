"""nginx from the system's packages, with the site that ships, on ports and in a folder of its own."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.engines.binaries import find, free_port
from tests.engines.command import children

DEPLOY = Path(__file__).parents[2] / "deploy"

MAIN = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
}}
"""

START_SECONDS = 10


class NginxEngine:
    """Passes on to `upstream`, as `server` of nginx names it. `port` does TLS, `plain_port` doesn't.

    `site` and `upstreams` are files as they ship, or as somebody has changed them since.
    """

    def __init__(self, folder, upstream, *, site=DEPLOY / "nginx.conf", upstreams=DEPLOY / "nginx-upstream.conf"):
        # First: where there is none, nothing else has been started yet.
        self._program = find("nginx", "nginx_of_no_package")
        self._files = site, upstreams
        self._folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.certificate = folder / "fullchain.pem"
        self.url = f"https://127.0.0.1:{self.port}"
        self._config = self._configured(upstream)
        self._process = None

    def _configured(self, upstream):
        sites = self._folder / "conf.d"
        sites.mkdir()
        key = self._folder / "privkey.pem"
        self_signed = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        names = ["-subj", "/CN=movies.example.org", "-addext", "subjectAltName=IP:127.0.0.1"]
        command = ["openssl", "req", *self_signed, *names, "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True)
        site, upstreams = self._files
        self._write(
            site,
            {
                "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
                "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
                "listen [::]:80;": "",
                "listen [::]:443 ssl;": "",
                "/etc/moviecatalog/tls/": f"{self._folder}/",
            },
        )
        self._write(upstreams, {"server 127.0.0.1:8000": f"server {upstream}"})
        main = self._folder / "main.conf"
        # Below pytest's folder nobody but root may read, where root runs the tests.
        main.write_text(MAIN.format(folder=self._folder, user="user root;" if os.geteuid() == 0 else ""))
        return main

    def _write(self, path, replacements):
        """The file, in which all that is replaced does stand."""
        text = path.read_text(encoding="utf-8")
        for old, new in replacements.items():
            assert old in text
            text = text.replace(old, new)
        (self._folder / "conf.d" / path.name).write_text(text, encoding="utf-8")

    def _command(self, *options):
        folder, log = str(self._folder), str(self._folder / "error.log")
        return [self._program, "-p", folder, "-e", log, "-c", str(self._config), *options]

    def test(self):
        """What `nginx -t` says: its exit code, and its text."""
        done = subprocess.run(self._command("-t"), capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def start(self):
        self._process = subprocess.Popen(self._command(), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not (self._folder / "nginx.pid").exists() or not self.workers():
            assert self._process.poll() is None, (self._folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not start"
            time.sleep(0.02)

    def reload(self):
        subprocess.run(self._command("-s", "reload"), check=True, capture_output=True)

    def workers(self):
        with suppress(FileNotFoundError):
            return children(self._process.pid)
        return set()

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait(START_SECONDS)
