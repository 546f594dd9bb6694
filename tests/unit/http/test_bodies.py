import io

import pytest

from moviecatalog.http.bodies import BodyTooLarge, BrokenBody, read_body


def read(body=b"", max_bytes=10, **environ):
    environ = {"wsgi.input": io.BytesIO(body), **environ}
    read_body(environ, max_bytes)
    return environ


def test_a_body_is_read_once_and_can_be_read_again_by_whoever_follows():
    environ = read(b"hello and more", CONTENT_LENGTH="5")
    assert environ["wsgi.input"].read() == b"hello"
    assert environ["CONTENT_LENGTH"] == "5"


def test_what_is_announced_as_too_large_is_not_read():
    stream = io.BytesIO(b"x" * 100)
    with pytest.raises(BodyTooLarge):
        read_body({"wsgi.input": stream, "CONTENT_LENGTH": str(2**31)}, 10)
    assert stream.tell() == 0


@pytest.mark.parametrize("length", ["-1", "abc", "1.5", "٣", "9" * 5_000, "+5"])
def test_a_length_that_is_no_number_is_broken(length):
    with pytest.raises(BrokenBody, match="Content-Length is no number"):
        read(b"hello", CONTENT_LENGTH=length)


def test_a_body_shorter_than_announced_is_broken():
    with pytest.raises(BrokenBody, match="shorter than its Content-Length"):
        read(b"he", CONTENT_LENGTH="5")


def test_without_a_length_a_body_is_read_only_where_the_server_marks_its_end():
    assert read(b"hello")["wsgi.input"].read() == b""
    assert read(b"hello", **{"wsgi.input_terminated": True})["wsgi.input"].read() == b"hello"


def test_without_a_length_one_byte_too_many_is_enough():
    with pytest.raises(BodyTooLarge):
        read(b"x" * 11, **{"wsgi.input_terminated": True})


class InvalidChunkSize(Exception):
    """As gunicorn's: of no class that says what it is about."""


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("bad chunk"), InvalidChunkSize()])
def test_what_a_server_raises_while_reading_is_broken(error):
    class Stream:
        def read(self, _size):
            raise error

    with pytest.raises(BrokenBody, match="could not be read to its end"):
        read_body({"wsgi.input": Stream(), "CONTENT_LENGTH": "5"}, 10)
