import json
import logging
import sys

import pytest

from moviecatalog.http.request_id import current_request_id
from moviecatalog.logs.formatters import JsonFormatter, TextFormatter


def record(message, *args, exc_info=None, **extra):
    made = logging.LogRecord("moviecatalog.x", logging.INFO, "x.py", 1, message, args, exc_info)
    made.__dict__.update(extra)
    return made


def test_a_line_has_the_id_of_its_request():
    token = current_request_id.set("abc")
    try:
        assert "[abc] hello" in TextFormatter().format(record("hello"))
        assert json.loads(JsonFormatter().format(record("hello")))["request_id"] == "abc"
    finally:
        current_request_id.reset(token)
    assert "[-] hello" in TextFormatter().format(record("hello"))


def test_a_line_feed_cannot_begin_another_line():
    assert "\n" not in TextFormatter().format(record("bad\nCRITICAL forged\r%s", "x"))
    assert "\n" not in JsonFormatter().format(record("bad\nCRITICAL forged"))


def test_json_lines_have_fields_of_their_own():
    line = json.loads(JsonFormatter().format(record("hello", fields={"status": 200})))
    assert (line["status"], line["level"], line["logger"], line["message"]) == (200, "INFO", "moviecatalog.x", "hello")
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("control", ["\x1b[2J", "\x0b", "\x85", "\u2028"])
def test_control_characters_reach_no_terminal(control):
    assert control not in TextFormatter().format(record(f"a{control}b"))


@pytest.mark.parametrize("value", ["\ud800", 2**64])
def test_no_json_line_is_lost_for_what_it_says(value):
    assert json.loads(JsonFormatter().format(record("hello", fields={"value": value})))["value"] == value


def raised(message):
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [TextFormatter, JsonFormatter])
def test_tracebacks_are_kept(formatter):
    assert "ValueError: oops" in formatter().format(record("failed", exc_info=raised("oops")))


@pytest.mark.parametrize("formatter", [TextFormatter, JsonFormatter])
def test_an_exceptions_message_cannot_pass_for_a_line_of_the_log(formatter):
    text = formatter().format(record("failed", exc_info=raised("oops\nforged\rforged")))
    assert not [line for line in text.splitlines() if line.startswith("forged")]
