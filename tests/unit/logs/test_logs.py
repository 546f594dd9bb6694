import logging

import pytest

from moviecatalog import logs
from moviecatalog.logs.formatters import JsonFormatter


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
    assert [type(handler.formatter) for handler in logger.handlers] == [JsonFormatter]
    assert logger.isEnabledFor(logging.INFO)


def test_a_logger_that_somebody_configured_is_left_alone(logger):
    logger.setLevel(logging.ERROR)
    logs.configure("text")
    assert logger.handlers == []
    assert logger.level == logging.ERROR


@pytest.mark.parametrize("name", ["sqlalchemy.pool.impl.QueuePool", "txn.140123"])
def test_what_libraries_say_of_broken_connections_is_not_heard(name):
    logs.configure("text")
    assert not logging.getLogger(name).isEnabledFor(logging.ERROR)


def test_what_somebody_has_asked_of_a_library_is_heard(monkeypatch):
    logger = logging.getLogger("sqlalchemy.pool")
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    logs.configure("text")
    assert logger.level == logging.DEBUG
