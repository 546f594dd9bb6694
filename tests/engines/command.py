"""The command `moviecatalog`, in processes of its own, over ini files that tests write."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = "from moviecatalog.cli import main; main(prog_name='moviecatalog')"
USE = {"waitress": "egg:waitress#main", "granian": "egg:moviecatalog#granian"}

START_SECONDS = 30


def write_ini(path, app, server, lines):
    """`server` is waitress or granian; `lines` are its own."""
    sections = {"app:main": {"use": "egg:moviecatalog"} | app, "server:main": {"use": USE[server]} | lines}
    text = "".join(
        f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())
        for section, lines in sections.items()
    )
    path.write_text(text, encoding="utf-8")
    return path


def command(*args):
    return [sys.executable, "-c", PROGRAM, *map(str, args)]


def environ():
    """Nothing of whoever runs the tests; and without coverage, which a process that is killed would never write."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MOVIECATALOG_", "COVERAGE_"))}


def migrate(ini):
    subprocess.run(command("migrate", ini), check=True, capture_output=True, env=environ())


def serve(ini, port, log):
    """The process of `moviecatalog serve`, once it answers."""
    process = subprocess.Popen(command("serve", ini), stdout=log, stderr=log, env=environ())
    wait_for(port, process)
    return process


def children(pid):
    """The processes that this one has started."""
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def wait_for(port, process=None):
    """Until somebody answers there."""
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        assert process is None or process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)


def _answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/api/health/live/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
