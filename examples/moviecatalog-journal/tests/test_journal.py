import itertools
import subprocess
import sys
from dataclasses import replace

import pytest

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.domain.movies import Movie
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing import StorageContract
from moviecatalog.testing.factories import make_facts, make_movie, make_new_user
from moviecatalog_journal.storage import JournalSettings, JournalStorage

WRITER = """
import sys
from moviecatalog_journal.storage import JournalSettings, JournalStorage
from moviecatalog.testing.factories import make_facts
storage = JournalStorage(JournalSettings(folder=sys.argv[1]))
storage.prepare()
while True:
    facts = make_facts()
    storage.write(lambda session: session.movies.store([facts]))
    print(facts.external_id, flush=True)
"""


@pytest.fixture
def open_storage():
    opened = []

    def open_storage(folder):
        storage = JournalStorage(JournalSettings(folder=str(folder)))
        opened.append(storage)
        storage.migrate()
        return storage

    yield open_storage
    for storage in opened:
        storage.close()


@pytest.fixture
def make_storage(open_storage, tmp_path):
    numbers = itertools.count()
    return lambda: open_storage(tmp_path / f"storage {next(numbers)}")


class TestJournal(StorageContract):
    """The suite that every storage must pass, with the fixture `make_storage`."""


def dump(storage):
    with storage.read() as session:
        return list(session.dump())


def fill(storage):
    user = storage.write(lambda session: session.accounts.add(make_new_user()))
    stored = storage.write(lambda session: session.movies.store([make_facts(), make_facts()]))
    for movie in stored.values():
        storage.write(lambda session, movie=movie: session.library.add_favorite(user.identity, movie.id))
    storage.write(lambda session: session.library.remove_favorite(user.identity, movie.id))
    storage.write(lambda session: session.movies.note_catalogue_digest("test", "digest"))
    return user


def test_everything_is_there_again_after_a_restart(open_storage, tmp_path):
    storage = open_storage(tmp_path)
    user = fill(storage)
    gone = storage.write(lambda session: session.accounts.add(make_new_user()))
    storage.write(lambda session: session.accounts.remove(gone.identity))
    kept, catalogue_id = dump(storage), storage.catalogue_id
    storage.close()
    again = open_storage(tmp_path)
    assert (dump(again), again.catalogue_id) == (kept, catalogue_id)
    with again.read() as session:
        assert session.movies.catalogue_digest("test") == "digest"
        assert session.accounts.credentials(user.email).user == user
        assert session.accounts.credentials(gone.email) is None


def test_what_was_replaced_and_removed_stays_so_after_a_restart(open_storage, tmp_path):
    storage = open_storage(tmp_path)
    gone, kept = make_movie(id=1), make_movie(id=2)
    other = replace(kept, external_id="other")
    storage.write(lambda session: session.restore([gone, kept]))
    storage.write(lambda session: session.remove(Movie, [gone.id]))
    storage.write(lambda session: session.restore([other]))
    storage.write(lambda session: session.accounts.skip_ids(1_000))
    storage.close()
    again = open_storage(tmp_path)
    with again.read() as session:
        found = session.movies.find([gone.key, kept.key, other.key])
    assert found == {other.key: other}
    assert again.write(lambda session: session.accounts.add(make_new_user())).id > 1_000


def test_a_torn_line_is_cut_off_and_the_rest_kept(open_storage, tmp_path):
    storage = open_storage(tmp_path)
    fill(storage)
    kept = dump(storage)
    storage.close()
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"put": {"movies": [')
    again = open_storage(tmp_path)
    assert dump(again) == kept
    fill(again)


def test_what_was_acknowledged_outlives_a_killed_process(open_storage, tmp_path):
    open_storage(tmp_path).close()
    with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True) as writer:
        acknowledged = [writer.stdout.readline().strip() for _ in range(50)]
        writer.kill()
    kept = {movie.external_id for movie in dump(open_storage(tmp_path))}
    assert kept >= set(acknowledged)


def test_a_second_process_is_refused_with_the_reason(open_storage, tmp_path):
    open_storage(tmp_path)
    with pytest.raises(SettingsError, match=r"another process has .* open"):
        open_storage(tmp_path)


def test_without_a_journal_it_says_what_to_do(tmp_path):
    storage = JournalStorage(JournalSettings(folder=str(tmp_path)))
    with pytest.raises(SettingsError, match="moviecatalog migrate"):
        storage.prepare()


def test_what_cannot_be_written_is_rolled_back(open_storage, tmp_path, monkeypatch):
    storage = open_storage(tmp_path)
    fill(storage)
    kept, size = dump(storage), (tmp_path / "journal.jsonl").stat().st_size

    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("moviecatalog_journal.journal.os.fsync", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        storage.write(lambda session: session.movies.store([make_facts()]))
    assert (dump(storage), (tmp_path / "journal.jsonl").stat().st_size) == (kept, size)
