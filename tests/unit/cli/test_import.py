import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import termios

import pytest

from tests.engines.redis import RedisEngine

PROGRAM = "from moviecatalog.cli import main; main(prog_name='moviecatalog')"

EXPORT = b"".join(
    json.dumps({"adult": number == 3, "id": number, "original_title": f"Film {number}", "popularity": number}).encode()
    + b"\n"
    for number in range(1, 11)
)
WHOLE = b'{"tmdb_id": 11, "title": "Whole", "overview": "All is known."}\n'
FIGURES = "10 lines, 9 films, 9 of them new or changed; left out: 1 for adults, 0 bad lines"


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_imported_and_its_figures_are_told(run, migrated, write, compress):
    path = write("export", compress(EXPORT))
    result = run("import", migrated, path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{path}: {FIGURES}; ")
    assert result.stdout.endswith(" lines a second\n")


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_imported_at_every_time(run, migrated, compress):
    for changed in (9, 0):
        result = run("import", migrated, "-", input=compress(EXPORT))
        assert result.exit_code == 0
        assert f"standard input: 10 lines, 9 films, {changed} of them new or changed" in result.stdout


def test_several_files_are_imported_in_their_order(run, migrated, write):
    one, other = write("one", EXPORT), write("other", WHOLE)
    result = run("import", migrated, one, other)
    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [str(one), str(other)]


def test_a_file_that_was_imported_is_left_alone_unless_it_is_to_begin_anew(run, migrated, write):
    path = write("export", EXPORT)
    run("import", migrated, path)
    again = run("import", migrated, path)
    assert again.exit_code == 0
    assert again.stdout == f"{path} was imported before; --from-start does so again.\n{path}: {FIGURES}\n"
    anew = run("import", migrated, path, "--from-start")
    assert anew.exit_code == 0
    assert anew.stdout.startswith(f"{path}: {FIGURES.replace('9 of them', '0 of them')}; ")


def test_bad_lines_are_named_and_counted_and_make_an_exit_code_of_their_own(run, migrated, write):
    path = write("export", EXPORT + b"oops\n" + 30 * b'{"id": 0, "original_title": "Zero"}\n')
    for named in (21, 0):
        result = run("import", migrated, path)
        assert result.exit_code == 3
        assert "41 lines, 9 films, 9 of them new or changed; left out: 1 for adults, 31 bad lines" in result.stdout
        assert len(result.stderr.splitlines()) == named
        if named:
            first, second, *_, last = result.stderr.splitlines()
            assert first.startswith(f"{path}, line 11 is left out: it is no JSON (")
            assert second.startswith(f"{path}, line 12 is left out: id must be a whole number of 1 or more")
            assert last == f"{path}: further bad lines are only counted"


def test_a_file_that_is_cut_off_says_where_and_the_next_one_is_imported(run, migrated, write):
    # Random letters, so that half of the compressed file holds half of the lines.
    lines = [
        json.dumps({"id": number, "original_title": os.urandom(50).hex()}).encode() + b"\n" for number in range(1, 500)
    ]
    whole = gzip.compress(b"".join(lines))
    cut, other = write("cut", whole[: len(whole) // 2]), write("other", WHOLE)
    result = run("import", migrated, cut, other)
    assert result.exit_code == 1
    where = result.stderr.removeprefix(f"{cut}: the compressed data is cut off, or damaged, after line ").strip()
    assert 200 < int(where) < 300
    assert f"{cut}: not to its end: {where} lines, {where} films, {where} of them new or changed" in result.stdout
    assert f"{other}: 1 lines, 1 films" in result.stdout


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no film\n", b'{"id": 1, "name": "Somebody", "adult": false}\n'])
def test_a_file_without_films_is_a_failure(run, migrated, write, content):
    path = write("file", content)
    result = run("import", migrated, path)
    assert result.exit_code == 1
    assert f"{path}: no line of it tells a film" in result.stderr


def test_a_file_that_is_not_there_is_told_before_anything_is_begun(run, migrated, write, tmp_path):
    result = run("import", migrated, write("export", EXPORT), tmp_path / "gone")
    assert result.exit_code == 2
    assert "gone' does not exist" in result.stderr
    assert result.stdout == ""


def test_without_a_file_nothing_is_done(run, migrated):
    result = run("import", migrated)
    assert result.exit_code == 2
    assert "Missing argument 'FILE...'" in result.stderr


def test_a_database_that_was_not_made_yet_is_told(run, write_ini, write):
    result = run("import", write_ini(), write("export", EXPORT))
    assert result.exit_code == 1
    assert "run `moviecatalog migrate" in result.stderr


def test_adults_films_are_taken_in_where_tmdb_shows_them(run, write_ini, write):
    ini = write_ini(
        {
            "moviecatalog.source": "tmdb",
            "moviecatalog.source.sample.path": None,
            "moviecatalog.source.tmdb.api_key": "0123456789abcdef" * 2,
            "moviecatalog.source.tmdb.include_adult": "true",
        }
    )
    run("migrate", ini)
    result = run("import", ini, write("export", EXPORT))
    assert "10 lines, 10 films, 10 of them new or changed; left out: 0 for adults" in result.stdout


def test_servers_that_cannot_be_told_are_named(run, write_ini, write, tmp_path):
    engine = RedisEngine(tmp_path)
    ini = write_ini({"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": engine.url})
    run("migrate", ini)
    engine.stop()
    result = run("import", ini, write("export", EXPORT))
    assert result.exit_code == 1
    assert FIGURES in result.stdout
    assert "The films are stored, but servers may show old answers: Redis at redis://127.0.0.1" in result.stderr
    assert "run `moviecatalog cache clear`" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_tells_how_far_it_came(start, migrated, tmp_path, number):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with start("import", migrated, pipe) as process, pipe.open("wb") as lines:
        # More than a pipe holds beside the first batch, which is stored by then, and there is no end in sight.
        for film in range(1_001, 5_001):
            lines.write(
                b'{"id": %d, "original_title": "A film with a name that makes for a line of some length"}\n' % film
            )
        lines.flush()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert stdout.startswith(f"{pipe}: not to its end: 2,000 lines, 2,000 films, 2,000 of them new or changed; ")
    assert stderr == ""


def test_on_a_terminal_there_is_a_bar(migrated, write):
    path = write("export", EXPORT)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 200))
    command = [sys.executable, "-c", PROGRAM, "import", str(migrated), str(path)]
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True)
    shown = os.read(ours, 10_000)
    os.close(ours)
    os.close(theirs)
    assert f"{path}:   0%|".encode() in shown
    assert FIGURES.encode() in process.stdout
