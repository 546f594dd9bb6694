import gzip
import io
import os
import sys
import threading

import pytest

from moviecatalog.film_lines.fields import MAX_LINE
from moviecatalog.film_lines.reading import STANDARD_INPUT, Position, Unreadable, opened

LINES = [f"line {number} {'é' * (number % 7)}\n".encode() for number in range(1, 20_001)]


@pytest.fixture(params=["plain", "gzip", "gzip of two parts"])
def path(request, tmp_path):
    """Named as neither: the content tells."""
    content = b"".join(LINES)
    if request.param == "gzip":
        content = gzip.compress(content)
    elif request.param == "gzip of two parts":
        content = gzip.compress(content[:5000]) + gzip.compress(content[5000:])
    return write(tmp_path / "lines", content)


def write(path, content):
    path.write_bytes(content)
    return path


def read(path):
    with opened(path) as file:
        return list(file)


def test_every_line_is_given_once(path):
    assert read(path) == LINES


def test_the_last_line_needs_no_end(tmp_path):
    assert read(write(tmp_path / "lines", b"one\n\ntwo")) == [b"one\n", b"\n", b"two"]


def test_an_empty_file_has_no_lines(tmp_path):
    assert read(write(tmp_path / "lines", b"")) == []


@pytest.mark.parametrize("left_after", [1, 9_999, 20_000])
def test_reading_goes_on_where_it_was_left(path, left_after):
    with opened(path) as file:
        lines = iter(file)
        before = [next(lines) for _ in range(left_after)]
        left = file.position
    assert (left.line, left.offset) == (left_after, len(b"".join(before)))
    with opened(path) as file:
        file.identity()
        file.go_to(left)
        assert before + list(file) == LINES
        assert file.position == Position(len(b"".join(LINES)), len(LINES))


def test_in_the_end_all_bytes_were_read(path):
    with opened(path) as file:
        assert file.size == path.stat().st_size
        assert file.bytes_read == 0
        assert list(file) == LINES
        assert file.bytes_read == file.size


def test_the_identity_is_the_contents(tmp_path):
    identities = []
    for name, content in (("a", b"one"), ("b", b"one"), ("a", b"two")):
        with opened(write(tmp_path / name, content)) as file:
            identities.append(file.identity())
    assert identities[0] == identities[1] != identities[2]


def test_a_compressed_file_that_is_cut_off_gives_its_whole_lines_and_says_where(tmp_path):
    whole = gzip.compress(b"".join(LINES))
    given = []
    with opened(write(tmp_path / "lines", whole[: len(whole) // 2])) as file, pytest.raises(Unreadable) as caught:
        given.extend(file)
    assert 5_000 < len(given) < 15_000
    assert given == LINES[: len(given)]
    assert str(caught.value) == f"the compressed data is cut off, or damaged, after line {len(given)}"


@pytest.mark.parametrize("damage", [b"no gzip", b"\x1f\x8b\x08"])
def test_damage_is_told(tmp_path, damage):
    given = []
    path = write(tmp_path / "lines", gzip.compress(b"one\ntwo\n") + damage)
    with opened(path) as file, pytest.raises(Unreadable, match="damaged, after line 2"):
        given.extend(file)
    assert given == [b"one\n", b"two\n"]


def test_of_a_line_that_is_too_long_no_more_is_kept_than_shows_it(tmp_path):
    content = [b"one\n", 3 * MAX_LINE * b"x" + b"\n", b"three\n", 2 * MAX_LINE * b"y"]
    with opened(write(tmp_path / "lines", gzip.compress(b"".join(content)))) as file:
        given = list(file)
        assert file.position == Position(len(b"".join(content)), 4)
    assert [len(line) for line in given] == [4, MAX_LINE + 1, 6, MAX_LINE + 1]


def test_standard_input_is_read_compressed_or_not(monkeypatch):
    for content in (b"".join(LINES), gzip.compress(b"".join(LINES))):
        with io.TextIOWrapper(io.BytesIO(content)) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            with opened(STANDARD_INPUT) as file:
                assert (file.size, file.identity()) == (None, None)
                assert list(file) == LINES


def test_a_pipe_is_read_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=write, args=(tmp_path / "pipe", gzip.compress(b"".join(LINES))))
    writer.start()
    with opened(tmp_path / "pipe") as file:
        assert (file.size, file.identity()) == (None, None)
        assert list(file) == LINES
    writer.join()


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(Unreadable, match=r"it can't be opened \(No such file or directory\)"):
        read(tmp_path / "gone")
