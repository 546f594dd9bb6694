import gzip
import json
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.movies import NEVER
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.film_lines.reading import Unreadable, opened
from moviecatalog.plugins.storages.memory import MemoryStorage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.services import importing
from moviecatalog.services.importing import BatchSize, Importing, NoFilms


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(importing, "FIRST_BATCH", 10)
    monkeypatch.setattr(importing, "LARGEST_BATCH", 10)
    monkeypatch.setattr(importing, "LEAST_BATCH", 10)


class Import:
    """Imports of files into one storage; `invalidated` counts, `bad` holds what was told of bad lines."""

    def __init__(self, storage, **settings):
        self.invalidated = 0
        self.bad = []
        self._importing = Importing(storage, self._invalidate, **{"includes_adult": False} | settings)

    def _invalidate(self):
        self.invalidated += 1

    def __call__(self, path, batches=None, *, from_start=False):
        """The progress from the beginning to the end, or to that of so many batches."""
        told = []
        with opened(path) as file, closing(self._importing.run(file, self._note, from_start=from_start)) as run:
            for progress in run:
                told.append(progress)
                if len(told) - 1 == batches:
                    break
        return told

    def _note(self, number, reason):
        self.bad.append((number, reason))


@pytest.fixture
def take(storage):
    return Import(storage)


def exported(number, **fields):
    return {"adult": False, "id": number, "original_title": f"Film {number}", "popularity": number / 8} | fields


def write(path, *lines):
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


@pytest.fixture
def export(tmp_path):
    return write(tmp_path / "export", *map(exported, range(1, 96)))


def films(storage):
    with storage.read() as session:
        return {it.external_id: it for it in session.movies.browse(MovieQuery(), 0, 1_000).items}


def test_films_of_the_export_are_in_the_catalogue_and_were_never_heard(storage, take, export):
    end = take(export)[-1]
    assert (end.lines, end.films, end.changed, end.for_adults, end.bad, end.is_done) == (95, 95, 95, 0, 0, True)
    film = films(storage)["8"]
    assert (film.title, film.original_title, film.tmdb_id, film.popularity) == ("Film 8", "Film 8", 8, 1.0)
    assert film.refreshed_at == NEVER


def test_forms_may_be_mixed_and_whole_films_were_heard_now(storage, take, tmp_path):
    whole = {"tmdb_id": 550, "title": "Fight Club", "overview": "Soap.", "genre_ids": [18]}
    take(write(tmp_path / "films", exported(1), whole, exported(2)))
    assert {key: it.refreshed_at == NEVER for key, it in films(storage).items()} == {"1": True, "2": True, "550": False}


def test_films_for_adults_are_left_out_unless_the_source_shows_them(storage, tmp_path):
    path = write(tmp_path / "export", exported(1), exported(2, adult=True))
    end = Import(storage)(path)[-1]
    assert (end.films, end.for_adults) == (1, 1)
    assert films(storage).keys() == {"1"}
    # Another rule makes another import of the same file.
    end = Import(storage, includes_adult=True)(path)[-1]
    assert (end.films, end.for_adults) == (2, 0)
    assert films(storage).keys() == {"1", "2"}


def test_bad_lines_are_named_and_counted_and_the_rest_is_taken_in(storage, take, tmp_path):
    end = take(write(tmp_path / "export", exported(1), "oops", "", exported(0), exported(2)))[-1]
    assert (end.lines, end.films, end.bad, end.is_done) == (5, 2, 2, True)
    assert [(number, reason.split(" (")[0]) for number, reason in take.bad] == [
        (2, "it is no JSON"),
        (4, "id must be a whole number of 1 or more, of 18 digits at most, or null"),
    ]


def test_of_a_film_that_stands_there_twice_the_last_line_counts(storage, take, tmp_path):
    take(write(tmp_path / "export", exported(1), exported(2), exported(1, popularity=7)))
    assert films(storage)["1"].popularity == 7


def test_of_a_film_that_stands_there_in_both_forms_the_whole_one_counts(storage, take, tmp_path):
    lines = [{"tmdb_id": 1, "title": "Whole", "overview": "O", "popularity": 2}, exported(1, popularity=3)]
    take(write(tmp_path / "export", *lines))
    assert (films(storage)["1"].title, films(storage)["1"].popularity) == ("Whole", 2)


@pytest.mark.usefixtures("small_batches")
class TestInterrupted:
    def test_it_goes_on_after_the_last_batch_that_was_stored(self, storage, take, export):
        reached = take(export, batches=3)[-1]
        assert (reached.lines, reached.films, reached.is_done) == (30, 30, False)
        assert len(films(storage)) == 30
        went_on = take(export)
        assert went_on[0] == reached
        assert [it.lines for it in went_on[1:]] == [40, 50, 60, 70, 80, 90, 95]
        assert went_on[-1].changed == 95
        assert len(films(storage)) == 95

    def test_a_file_of_other_content_begins_anew(self, storage, take, export):
        take(export, batches=3)
        write(export, *(exported(number, popularity=9) for number in range(1, 96)))
        assert [it.lines for it in take(export)[:2]] == [0, 10]
        assert {it.popularity for it in films(storage).values()} == {9}

    def test_the_same_content_of_another_name_goes_on(self, take, export, tmp_path):
        take(export, batches=3)
        assert take(export.rename(tmp_path / "moved"))[0].lines == 30

    def test_it_begins_anew_where_that_is_asked_for(self, take, export):
        take(export, batches=3)
        assert [it.lines for it in take(export, from_start=True)[:2]] == [0, 10]

    def test_a_compressed_file_goes_on_too(self, storage, take, export):
        export.write_bytes(gzip.compress(export.read_bytes()))
        take(export, batches=3)
        assert [it.lines for it in take(export)[:2]] == [30, 40]
        assert len(films(storage)) == 95

    def test_what_was_stored_is_shown_nevertheless(self, take, export):
        take(export, batches=3)
        assert take.invalidated == 1

    def test_servers_show_now_and_then_what_has_come_so_far(self, take, export, monkeypatch):
        monkeypatch.setattr(importing, "INVALIDATION_SECONDS", -1)
        assert len(take(export)) == 1 + 10
        assert take.invalidated == 10 + 1


def test_a_file_that_was_imported_is_not_read_again(take, export):
    whole = take(export)[-1]
    assert take(export) == [whole]


def test_the_same_film_once_more_changes_nothing(storage, take, export):
    take(export)
    before = films(storage)
    end = take(export, from_start=True)[-1]
    assert (end.films, end.changed) == (95, 0)
    assert films(storage) == before


def test_what_comes_before_the_end_of_a_file_that_was_cut_off_is_stored(storage, take, export):
    whole = gzip.compress(export.read_bytes())
    export.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unreadable, match="after line") as caught:
        take(export)
    assert len(films(storage)) == int(str(caught.value).rsplit(maxsplit=1)[1]) > 10
    assert take.invalidated == 1
    # It is not taken for done.
    with pytest.raises(Unreadable, match=str(caught.value)):
        take(export)


@pytest.mark.parametrize("lines", [(), ("",), ("oops", "[1]"), ({"id": 1, "original_name": "A series"},)])
def test_a_file_without_any_film_is_another_one(take, tmp_path, lines):
    with pytest.raises(NoFilms, match="no line of it tells a film"):
        take(write(tmp_path / "file", *lines))


def test_another_file_is_not_read_to_its_end(take, tmp_path):
    path = write(tmp_path / "file", *({"id": number, "name": "Somebody"} for number in range(20_000)))
    with pytest.raises(NoFilms, match="none of its first 2,000 lines tells a film"):
        take(path)
    assert len(take.bad) == 2_000


def test_a_file_of_films_for_adults_alone_is_no_mistake(take, tmp_path):
    assert take(write(tmp_path / "export", exported(1, adult=True)))[-1].is_done


def test_who_has_the_database_locked_is_waited_for(tmp_path, export):
    path = tmp_path / "catalogue.sqlite"
    with closing(SqlStorage(make_url(f"sqlite:///{path}"), lock_patience=0.05)) as storage:
        storage.migrate()
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            threading.Timer(0.3, writer.rollback).start()
            assert Import(storage)(export)[-1].is_done
        assert len(films(storage)) == 95


class Interrupted(Exception):
    pass


def test_no_batch_is_noted_that_was_not_stored(export):
    class Failing(MemoryStorage):
        """Fails at the end of the first transaction."""

        def commit(self, before, after):
            if not before.movies:
                raise Interrupted

    storage = Failing()
    take = Import(storage)
    with pytest.raises(Interrupted):
        take(export)
    assert take.invalidated == 1
    with storage.read() as session:
        assert session._state.digests == {}


def test_slow_batches_become_smaller_and_fast_ones_larger():
    size = BatchSize()
    sizes = []
    for took in (0.0, 0.0, 0.0, 0.1, 0.8, 1.6, 100.0, 0.4):
        size.adapt(took)
        sizes.append(size.lines)
    assert sizes == [4_000, 8_000, 16_000, 20_000, 20_000, 10_000, 1_000, 2_000]
