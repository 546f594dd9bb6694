import json
import signal
import socket
import sys
import time
import urllib.request

import pytest

PSERVE = (sys.executable, "-c", "import sys; from pyramid.scripts.pserve import main; sys.exit(main())")


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def wait_until_open(port):
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "nobody listens"
            time.sleep(0.05)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_where_it_says_until_told_to_stop(start, migrated, port, end):
    with start("serve", migrated) as process:
        assert process.stdout.readline() == f"Serving on http://localhost:{port}/api/\n"
        assert get(f"http://127.0.0.1:{port}/api/movies/")["results"][0]["title"] == "Fight Club"
        process.send_signal(end)
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in stderr


def test_a_trusted_proxys_word_reaches_the_application(start, run, write_ini, port):
    ini = write_ini({"moviecatalog.trusted_proxies": "127.0.0.1", "moviecatalog.source.sample.path": None})
    assert "clear_untrusted_proxy_headers" not in ini.read_text(encoding="utf-8")
    assert run("migrate", ini).exit_code == 0
    with start("serve", ini) as process:
        process.stdout.readline()
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "films.example"}
        page = get(urllib.request.Request(f"http://127.0.0.1:{port}/api/movies/", headers=forwarded))
    assert page["next"].startswith("https://films.example/api/movies/?")


def test_pserve_serves_the_same_file(start, migrated, port):
    with start(migrated, program=PSERVE):
        # How pserve tells that it is ready depends on the log's level.
        wait_until_open(port)
        assert get(f"http://127.0.0.1:{port}/api/health/live/") == {"status": "ok"}


def test_a_port_in_use_is_one_sentence(start, migrated, port):
    with socket.create_server(("127.0.0.1", port)), start("serve", migrated) as process:
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout) == (1, "")
    assert stderr == (
        f"Error: Can't listen on 127.0.0.1:{port}: "
        "that is in use already; end what listens there, or change [server:main].\n"
    )


def test_an_address_of_another_machine_is_one_sentence(start, migrated, port):
    text = migrated.read_text(encoding="utf-8")
    migrated.write_text(text.replace("127.0.0.1", "192.0.2.1"), encoding="utf-8")
    with start("serve", migrated) as process:
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout) == (1, "")
    assert stderr.startswith(f"Error: Can't listen on 192.0.2.1:{port}: ")
    assert stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [({"threads": "many"}, "many"), ({"thread": "4"}, "thread"), ({"listen": "localhost:http:8000"}, "host/port")],
)
def test_a_line_that_waitress_does_not_take_is_one_sentence(run, migrated, write_ini, lines, reason):
    result = run("serve", write_ini(server=lines))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: [server:main] can't be used: ")
    assert reason in result.stderr


@pytest.mark.parametrize("use", [None, "egg:gunicorn#main"])
def test_another_server_is_left_to_pserve(run, write_ini, use):
    result = run("serve", write_ini(server={"use": use}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "use = egg:waitress#main" in result.stderr
    assert "pserve" in result.stderr


def test_without_the_secret_the_setting_is_named(run, migrated, monkeypatch):
    monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
    result = run("serve", migrated)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: 1 problem in the settings:\n  moviecatalog.auth.secret: is required")


def test_without_the_schema_the_next_step_is_told(run, write_ini):
    result = run("serve", write_ini())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "moviecatalog migrate" in result.stderr
