import os
import subprocess
import termios
from contextlib import suppress

import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.factories import make_credentials, make_movie
from moviecatalog.testing.storage.base import add_movie, dump, restore
from tests.engines.command import command

URL = "moviecatalog.storage.sqlalchemy.url"


@pytest.fixture
def place(write_ini, run, tmp_path):
    """An ini file, whose storage is migrated unless told otherwise, and that storage."""
    opened = []

    def place(name, migrated=True):
        ini = write_ini({URL: f"sqlite:///%(here)s/{name}.sqlite"}, name=f"{name}.ini")
        if migrated:
            assert run("migrate", ini).exit_code == 0
        opened.append(SqlStorage(make_url(f"sqlite:///{tmp_path}/{name}.sqlite")))
        return ini, opened[-1]

    yield place
    for storage in opened:
        storage.close()


@pytest.fixture
def original(place):
    ini, storage = place("a")
    restore(storage, [*(make_movie(id=n) for n in range(1, 1_201)), make_credentials(id=1, username="ann")])
    return ini, storage


def test_a_catalogue_is_copied_and_what_was_done_is_told(run, place, original):
    copy = place("b")
    result = run("copy", original[0], copy[0])
    assert (result.exit_code, result.stderr) == (0, "")
    table = [line.split() for line in result.stdout.splitlines()]
    assert table[0] == ["original", "copy", "written", "removed", "digest"]
    assert [line[:-1] for line in table[1:6]] == [
        ["films", "1,200", "1,200", "1,200", "0"],
        ["accounts", "1", "1", "1", "0"],
        ["favourites", "0", "0", "0", "0"],
        ["ratings", "0", "0", "0", "0"],
        ["ended", "tokens", "0", "0", "0", "0"],
    ]
    assert f"{copy[0]} holds what {original[0]} held at " in result.stdout
    assert dump(copy[1]) == dump(original[1])


def test_no_source_is_asked_and_no_film_taken_in(run, place, original):
    """There is a film in the file of the source, which a server would store at its start."""
    copy = place("b")
    before = dump(original[1])
    assert run("copy", original[0], copy[0]).exit_code == 0
    assert dump(original[1]) == dump(copy[1]) == before


def test_no_signing_secret_is_needed(run, place, original, monkeypatch):
    copy = place("b")
    monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
    assert run("copy", original[0], copy[0]).exit_code == 0


def test_a_copy_that_holds_another_catalogue_is_refused(run, place, original):
    copy = place("b")
    add_movie(copy[1])
    before = dump(copy[1])
    result = run("copy", original[0], copy[0])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: Nothing was copied from {original[0]} to {copy[0]}: the copy holds films or accounts already, "
        "and not the original's; name an empty storage.\n"
    )
    assert dump(copy[1]) == before


@pytest.mark.parametrize("unfit", ["a", "b"])
def test_a_storage_without_a_schema_is_refused_and_named(run, place, unfit, original):
    inis = {name: place(name, migrated=name != unfit)[0] for name in ("a", "b")}
    if unfit == "a":
        original[1].close()
        for path in original[0].parent.glob("a.sqlite*"):
            path.unlink()
    result = run("copy", inis["a"], inis["b"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {inis[unfit]}: 1 problem in the settings:")
    assert "does not exist yet: run `moviecatalog migrate YOUR.ini`" in result.stderr


def test_problems_of_the_settings_name_the_file(run, write_ini, original):
    wrong = write_ini({"moviecatalog.storage": "sqlalchmy"}, name="wrong.ini")
    for inis in ((original[0], wrong), (wrong, original[0])):
        result = run("copy", *inis)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: {wrong}: ")
        assert "did you mean 'sqlalchemy'?" in result.stderr


def test_what_fails_in_the_middle_is_a_sentence_that_says_how_to_go_on(run, place, original):
    copy = place("b")
    with copy[1]._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE favorites")
    result = run("copy", original[0], copy[0])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: Not all was copied from {original[0]} to {copy[0]}: the copy: the database failed, with SQLITE_ERROR. "
        "Mend that, and copy again: it goes on from there.\n"
    )


def test_storages_that_differ_afterwards_are_a_failure(run, place, original, monkeypatch):
    copy = place("b")

    def disturb(records, what, *_args, **_kwargs):
        if what == "Copying ratings":
            add_movie(copy[1])
        return records

    monkeypatch.setattr("moviecatalog.cli.copy.tqdm", disturb)
    result = run("copy", original[0], copy[0])
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {copy[0]} is not as {original[0]} was: somebody writes to it. End that, and copy again.\n"
    )
    films, *others = result.stdout.splitlines()[1:]
    assert films.split()[1:4] == ["1,200", "1,201", "1,200"]
    assert ", not " in films
    assert ", not " not in "".join(others)
    monkeypatch.undo()
    assert run("copy", original[0], copy[0]).exit_code == 0


def test_a_terminal_gets_progress_bars(place, original):
    copy = place("b")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen(command("copy", original[0], copy[0]), stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    # Which fails once the process has ended.
    with os.fdopen(ours, "rb", buffering=0) as terminal, suppress(OSError):
        while piece := terminal.read(65_536):
            shown += piece
    printed, _ = process.communicate()
    assert process.returncode == 0
    assert b"Copying films:" in shown
    assert b"0.00/1.20k" in shown
    assert b"Checking ratings:" in shown
    assert b"ended tokens" in printed
