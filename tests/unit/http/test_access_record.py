import logging
import threading

import pytest

from moviecatalog.http.access_record import access_record

FIELDS = {"method": "GET", "path": "/api/", "status": 200, "milliseconds": 1.2, "route": "root", "user_id": None}

# When it was made, and by which line of code.
OTHERWISE = {"created", "msecs", "relativeCreated", "lineno", "funcName", "pathname", "filename", "module"}
# And what a formatter has added.
OTHERWISE |= {"message"}


@pytest.fixture
def log():
    return logging.getLogger("moviecatalog.access")


def by_logging(log):
    made = []
    handler = logging.Handler()
    handler.emit = made.append
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.INFO)
    try:
        log.info(
            "%(method)s %(path)s %(status)d in %(milliseconds).1f ms, route %(route)s, user %(user_id)s",
            FIELDS,
            extra={"fields": FIELDS},
        )
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
    return made[0]


def test_a_record_says_what_loggings_own_would(log):
    own, other = access_record(log, FIELDS), by_logging(log)
    assert own.getMessage() == other.getMessage()
    assert {name: own.__dict__[name] for name in other.__dict__ if name not in OTHERWISE} == {
        name: value for name, value in other.__dict__.items() if name not in OTHERWISE
    }
    assert own.__dict__.keys() == other.__dict__.keys() - {"message"}


def test_a_record_has_its_own_times(log):
    one, other = access_record(log, FIELDS), by_logging(log)
    assert other.created - 1 < one.created <= other.created
    assert one.msecs == pytest.approx(one.created % 1 * 1_000, abs=1)
    assert one.relativeCreated == pytest.approx(other.relativeCreated, abs=1_000)


def test_a_record_names_its_own_thread(log):
    made = []
    # One after the other, so that they may get the same number.
    for name in ("one", "other"):
        thread = threading.Thread(target=lambda: made.append(access_record(log, FIELDS)), name=name)
        thread.start()
        thread.join()
    assert [record.threadName for record in made] == ["one", "other"]


def test_whoever_makes_records_of_his_own_makes_these_too(log):
    usual = logging.getLogRecordFactory()

    def traced(*args, **kwargs):
        record = usual(*args, **kwargs)
        record.trace = "abc"
        return record

    logging.setLogRecordFactory(traced)
    try:
        record = access_record(log, FIELDS)
    finally:
        logging.setLogRecordFactory(usual)
    assert (record.trace, record.fields) == ("abc", FIELDS)
