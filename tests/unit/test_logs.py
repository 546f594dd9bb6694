import json
import logging
import sys

import pytest

from moviecatalog import logs
from moviecatalog.http.request_id import current_request_id, request_id_for


def record(message, *args, exc_info=None, **extra):
    made = logging.LogRecord("moviecatalog.x", logging.INFO, "x.py", 1, message, args, exc_info)
    made.__dict__.update(extra)
    return made


def test_a_line_has_the_id_of_its_request():
    token = current_request_id.set("abc")
    try:
        assert "[abc] hello" in logs.TextFormatter().format(record("hello"))
        assert json.loads(logs.JsonFormatter().format(record("hello")))["request_id"] == "abc"
    finally:
        current_request_id.reset(token)
    assert "[-] hello" in logs.TextFormatter().format(record("hello"))


def test_a_line_feed_cannot_begin_another_line():
    assert "\n" not in logs.TextFormatter().format(record("bad\nCRITICAL forged\r%s", "x"))
    assert "\n" not in logs.JsonFormatter().format(record("bad\nCRITICAL forged"))


def test_json_lines_have_fields_of_their_own():
    line = json.loads(logs.JsonFormatter().format(record("hello", fields={"status": 200})))
    assert (line["status"], line["level"], line["logger"], line["message"]) == (200, "INFO", "moviecatalog.x", "hello")
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("control", ["\x1b[2J", "\x0b", "\x85", "\u2028"])
def test_control_characters_reach_no_terminal(control):
    assert control not in logs.TextFormatter().format(record(f"a{control}b"))


@pytest.mark.parametrize("value", ["\ud800", 2**64])
def test_no_json_line_is_lost_for_what_it_says(value):
    assert json.loads(logs.JsonFormatter().format(record("hello", fields={"value": value})))["value"] == value


def raised(message):
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [logs.TextFormatter, logs.JsonFormatter])
def test_tracebacks_are_kept(formatter):
    assert "ValueError: oops" in formatter().format(record("failed", exc_info=raised("oops")))


@pytest.mark.parametrize("formatter", [logs.TextFormatter, logs.JsonFormatter])
def test_an_exceptions_message_cannot_pass_for_a_line_of_the_log(formatter):
    text = formatter().format(record("failed", exc_info=raised("oops\nforged\rforged")))
    assert not [line for line in text.splitlines() if line.startswith("forged")]


@pytest.fixture
def logger(monkeypatch):
    """A logger of our own that nobody has configured."""
    monkeypatch.setattr(logs, "ROOTS", ("moviecatalog_for_a_test",))
    logger = logging.getLogger("moviecatalog_for_a_test")
    yield logger
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


def test_lines_go_to_standard_error_once_however_many_applications_start(logger):
    logs.configure("json")
    logs.configure("text")
    assert [type(handler.formatter) for handler in logger.handlers] == [logs.JsonFormatter]
    assert logger.isEnabledFor(logging.INFO)


def test_a_logger_that_somebody_configured_is_left_alone(logger):
    logger.setLevel(logging.ERROR)
    logs.configure("text")
    assert logger.handlers == []
    assert logger.level == logging.ERROR


@pytest.mark.parametrize("sent", ["a", "A-Za-z0_9.", "x" * 64])
def test_a_sane_request_id_is_kept(sent):
    assert request_id_for(sent) == sent


@pytest.mark.parametrize("sent", [None, "", "x" * 65, "a b", "a\nb", "é"])
def test_any_other_is_replaced(sent):
    assert request_id_for(sent) != sent


@pytest.mark.parametrize("name", ["sqlalchemy.pool.impl.QueuePool", "txn.140123"])
def test_what_libraries_say_of_broken_connections_is_not_heard(name):
    logs.configure("text")
    assert not logging.getLogger(name).isEnabledFor(logging.ERROR)


def test_what_somebody_has_asked_of_a_library_is_heard(monkeypatch):
    logger = logging.getLogger("sqlalchemy.pool")
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    logs.configure("text")
    assert logger.level == logging.DEBUG
