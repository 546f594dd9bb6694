import http.client
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PSERVE = (sys.executable, "-c", "import sys; from pyramid.scripts.pserve import main; sys.exit(main())")
GRANIAN = {"use": "egg:moviecatalog#granian", "workers": "2"}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def ask(connection, path="/api/health/live/"):
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def answers(make_connection, seconds=20):
    """Wait for the first answer; its status."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask(make_connection())
        except OSError:
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.05)


def over_tcp(port):
    return lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=10)


def children(process):
    with Path(f"/proc/{process.pid}/task/{process.pid}/children").open() as found:
        return [int(pid) for pid in found.read().split()]


def end(process):
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=20)


@pytest.fixture
def granian(write_ini, run):
    ini = write_ini(server=GRANIAN)
    assert run("migrate", ini).exit_code == 0
    return ini


def test_it_serves_in_as_many_processes_as_are_asked_for(start, granian, port):
    with start("serve", granian, "--workers", "3") as process:
        assert process.stdout.readline() == f"Serving on http://localhost:{port}/api/\n"
        assert answers(over_tcp(port)) == 200
        assert len(children(process)) == 3
        stdout, stderr = end(process)
    assert process.returncode == 0
    assert stdout == ""
    assert "Traceback" not in stderr


def test_workers_are_for_an_ini_file_of_another_server_too(start, migrated, port):
    with start("serve", migrated, "--workers", "1") as process:
        assert answers(over_tcp(port)) == 200
        assert len(children(process)) == 1
        end(process)


def test_pserve_serves_the_same_file(start, granian, port):
    with start(granian, program=PSERVE) as process:
        assert answers(over_tcp(port)) == 200
        assert len(children(process)) == 2
        end(process)
    assert process.returncode == 0


def test_a_killed_process_is_replaced(start, granian, port):
    with start("serve", granian) as process:
        answers(over_tcp(port))
        killed = children(process)
        os.kill(killed[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(set(children(process)) - set(killed)) < 1:
            assert time.monotonic() < deadline, "nobody took its place"
            assert answers(over_tcp(port)) == 200
        assert answers(over_tcp(port)) == 200
        end(process)


def test_a_hangup_replaces_the_processes_and_they_read_the_ini_file_anew(start, granian, port):
    with start("serve", granian, "--workers", "1") as process:
        answers(over_tcp(port))
        (old,) = children(process)
        text = granian.read_text(encoding="utf-8")
        granian.write_text(
            text.replace("[server:main]", "moviecatalog.metrics = true\n[server:main]"), encoding="utf-8"
        )
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while old in children(process):
            assert ask(over_tcp(port)()) == 200
            # Nobody reads its log meanwhile, and a pipe holds so much only.
            time.sleep(0.1)
            assert time.monotonic() < deadline, "it was not replaced"
        assert ask(over_tcp(port)(), "/metrics") == 200
        end(process)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("[server:main]", "moviecatalog.metric = true\n[server:main]"), "did you mean 'moviecatalog.metrics'?"),
        (("[app:main]", "[app:other]"), "can't be used"),
    ],
)
def test_a_hangup_with_a_mistake_in_the_ini_file_changes_nothing(start, granian, port, change, why):
    with start("serve", granian, "--workers", "1") as process:
        answers(over_tcp(port))
        before = children(process)
        granian.write_text(granian.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        while "go on with the settings they have" not in (line := process.stderr.readline()):
            assert line, "it ended"
        said = line
        while why not in said:
            said += process.stderr.readline()
        assert children(process) == before
        assert ask(over_tcp(port)()) == 200
        end(process)
    assert process.returncode == 0


def test_its_processes_add_up_what_they_tell_prometheus(start, write_ini, run, port):
    ini = write_ini({"moviecatalog.metrics": "true"}, GRANIAN)
    assert run("migrate", ini).exit_code == 0
    with start("serve", ini) as process:
        answers(over_tcp(port))
        for _ in range(19):
            ask(over_tcp(port)())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        end(process)
    (line,) = [
        it for it in text.splitlines() if it.startswith("moviecatalog_http_requests_total") and "health_live" in it
    ]
    assert line.endswith(" 20.0")


def test_a_socket_in_the_file_system_will_do(start, write_ini, run, tmp_path):
    path = tmp_path / "it.sock"
    ini = write_ini(server=GRANIAN | {"listen": None, "unix_socket": str(path)})
    assert run("migrate", ini).exit_code == 0
    with start("serve", ini) as process:
        assert process.stdout.readline() == f"Serving on the socket {path}\n"
        assert answers(lambda: UnixConnection(path)) == 200
        end(process)
    assert not path.exists()


def test_a_port_in_use_is_one_sentence(start, granian, port):
    with socket.create_server(("127.0.0.1", port)), start("serve", granian) as process:
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout) == (1, "")
    assert stderr.startswith(f"Error: Can't listen on 127.0.0.1:{port}: that is in use already")
    assert stderr.count("\n") == 1


def test_what_a_process_finds_wrong_is_told_without_traceback(start, granian, port):
    with start("serve", granian) as process:
        answers(over_tcp(port))
        granian.write_text(granian.read_text(encoding="utf-8").replace("sample.path", "sample.paht"), encoding="utf-8")
        for child in children(process):
            os.kill(child, signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "did you mean" in stderr
    assert "Traceback" not in stderr
