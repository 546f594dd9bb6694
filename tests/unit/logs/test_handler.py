import io
import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from moviecatalog.http.request_id import current_request_id
from moviecatalog.logs import handler as module
from moviecatalog.logs.handler import LineHandler

PATIENCE = 10


class Stream(io.StringIO):
    """Counts what it is given."""

    writes = 0

    def write(self, text):
        self.writes += 1
        return super().write(text)


@pytest.fixture
def stream():
    return Stream()


@pytest.fixture
def log(stream, monkeypatch, request):
    monkeypatch.setattr(sys, "stderr", stream)
    log = logging.getLogger(request.node.nodeid)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(LineHandler(logging.Formatter("%(message)s")))
    yield log
    log.handlers.clear()


@pytest.fixture
def _nothing_aside(monkeypatch):
    monkeypatch.setattr(module, "PERIOD", 3_600)


def come(stream, count):
    deadline = time.monotonic() + PATIENCE
    while stream.getvalue().count("\n") < count and time.monotonic() < deadline:
        time.sleep(0.001)
    return stream.getvalue().splitlines()


def test_lines_come_by_themselves_in_their_order(log, stream):
    for number in range(100):
        log.info("%d", number)
    assert come(stream, 100) == [str(number) for number in range(100)]


def test_lines_that_come_at_once_are_written_at_once(log, stream):
    for number in range(1_000):
        log.info("%d", number)
    come(stream, 1_000)
    assert stream.writes < 100


@pytest.mark.usefixtures("_nothing_aside")
def test_a_warning_is_there_before_its_caller_goes_on_and_what_came_before_it(log, stream):
    log.info("one")
    assert stream.getvalue() == ""
    log.warning("two")
    assert stream.getvalue() == "one\ntwo\n"


@pytest.mark.usefixtures("_nothing_aside")
def test_lines_that_come_too_fast_are_written_by_whoever_brings_them(log, stream, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(4):
        log.info("%d", number)
    assert stream.getvalue() == "0\n1\n2\n3\n"


@pytest.mark.usefixtures("_nothing_aside")
def test_a_line_has_the_id_of_the_request_that_it_belongs_to(log, stream):
    log.handlers[0].setFormatter(type("", (logging.Formatter,), {"format": lambda *_: str(current_request_id.get())})())
    token = current_request_id.set("abc")
    log.info("of a request")
    current_request_id.reset(token)
    log.info("of none")
    log.handlers[0].flush()
    assert stream.getvalue() == "abc\nNone\n"


@pytest.mark.usefixtures("_nothing_aside")
def test_a_line_that_cannot_be_made_costs_no_other(log, stream, capsys, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log.info("%d", "no number")
    log.info("another")
    log.handlers[0].flush()
    assert stream.getvalue() == "another\n"


@pytest.mark.parametrize("error", [OSError("no space left on device"), ValueError("I/O operation on closed file")])
def test_nobody_fails_where_lines_cannot_be_written(log, stream, monkeypatch, error):
    def fail(_text):
        raise error

    monkeypatch.setattr(stream, "write", fail)
    log.error("lost")
    monkeypatch.undo()
    log.handlers[0].setStream(stream)
    log.error("another")
    assert stream.getvalue() == "another\n"


def test_who_logs_does_not_wait_for_who_writes(log):
    held = threading.Event()
    done = threading.Event()

    def hold():
        log.handlers[0].acquire()
        held.set()
        done.wait(PATIENCE)
        log.handlers[0].release()

    log.info("begun")
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(PATIENCE)
    log.info("another")
    done.set()
    holder.join()


PROGRAM = """
import logging, multiprocessing, os, sys
from moviecatalog.logs import handler
handler.PERIOD = 3_600
log = logging.getLogger("of a test")
log.setLevel(logging.INFO)
log.addHandler(handler.LineHandler(logging.Formatter("%(message)s")))
log.info("before")
{then}
log.info("after")
"""


def run(then):
    program = PROGRAM.format(then=then)
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stderr.splitlines()


def test_what_waits_is_written_when_the_program_ends():
    assert run("") == ["before", "after"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_process_that_is_forked_off_writes_its_own_lines_and_no_others():
    then = """
process = multiprocessing.get_context("fork").Process(target=log.info, args=("child",))
process.start()
process.join()
"""
    assert sorted(run(then)) == ["after", "before", "child"]
