import dataclasses

import pytest

from moviecatalog.domain.errors import NotCopied, StorageUnavailable, Unavailable
from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.memory.storage import MemoryStorage
from moviecatalog.services.copying import Copying
from moviecatalog.testing.factories import FAR, LONG_AGO, make_credentials, make_facts, make_movie
from moviecatalog.testing.storage.base import add_movie, add_user, average, dump, rate, restore

FILMS = [make_movie(id=n) for n in range(1, 2_501)]
ACCOUNTS = [make_credentials(id=n) for n in range(1, 4)]
KEPT = [
    *(FavoriteRecord(n, 1, n, LONG_AGO) for n in range(1, 2_001)),
    *(RatingRecord(n, 2, n, 7, "Fine", LONG_AGO, LONG_AGO) for n in range(1, 101)),
    EndedToken("token", 1, FAR),
]


class Interruption(Exception):
    """Somebody pulls the plug."""


def shown(records, _what, _total):
    return records


def at(count, what, event):
    """Shows nothing, but has something happen once so many records of this sort went through."""

    def show(records, shown_as, _total):
        for number, record in enumerate(records):
            if (number, shown_as) == (count, what):
                event()
            yield record

    return show


def interrupt():
    raise Interruption


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr("moviecatalog.services.copying.BATCH", 1_000)


@pytest.fixture
def original():
    storage = MemoryStorage()
    restore(storage, [*FILMS, *ACCOUNTS, *KEPT])
    return storage


@pytest.fixture
def copy():
    return MemoryStorage()


@pytest.fixture
def run(original, copy):
    """Copy, and say how many records of each kind were written and removed, where there were any."""

    def run(show=shown):
        found = Copying(original, copy, show).run()
        assert all(it.is_same for it in found)
        return {it.name: (it.written, it.removed) for it in found if it.written or it.removed}

    return run


def remove(storage, kind, *ids):
    storage.write(lambda session: session.remove(kind, ids))


class TestACopy:
    def test_holds_all_that_the_original_holds(self, run, original, copy):
        assert run() == {
            "films": (2_500, 0),
            "accounts": (3, 0),
            "favourites": (2_000, 0),
            "ratings": (100, 0),
            "ended tokens": (1, 0),
        }
        assert dump(copy) == dump(original)
        assert average(copy, FILMS[0]) == 7

    def test_stays_a_catalogue_of_its_own(self, run, original, copy):
        before = copy.catalogue_id
        run()
        assert copy.catalogue_id == before != original.catalogue_id

    def test_is_of_one_moment_whatever_is_written_to_the_original_meanwhile(self, run, original, copy):
        before = dump(original)

        def change():
            add_movie(original)
            remove(original, Credentials, 1)

        run(at(1_500, "Copying films", change))
        assert dump(copy) == before
        assert run() == {"films": (1, 0), "accounts": (0, 1)}
        assert dump(copy) == dump(original)

    def test_gives_no_id_of_an_account_that_the_original_has_no_more(self, run, original, copy):
        gone = add_user(original)
        remove(original, Credentials, gone.id)
        run()
        assert add_user(copy).id > gone.id

    def test_shows_how_far_it_is(self, original, copy):
        steps = []

        def show(records, what, total):
            steps.append((what, total))
            return records

        Copying(original, copy, show).run()
        assert steps == [
            ("Copying films", 2_500),
            ("Copying accounts", None),
            ("Copying favourites", None),
            ("Copying ratings", None),
            ("Copying ended tokens", None),
            ("Checking films", 2_500),
            ("Checking accounts", 3),
            ("Checking favourites", 2_000),
            ("Checking ratings", 100),
            ("Checking ended tokens", 1),
        ]


class TestAnotherRun:
    def test_writes_nothing_where_nothing_changed(self, run):
        run()
        assert run() == {}

    def test_brings_what_was_added(self, run, original, copy):
        run()
        user, movie = add_user(original), add_movie(original)
        rate(original, user, movie, 3)
        original.write(lambda session: session.library.add_favorite(user.identity, 7))
        assert run() == {"films": (1, 0), "accounts": (1, 0), "favourites": (1, 0), "ratings": (1, 0)}
        assert dump(copy) == dump(original)
        assert average(copy, movie) == 3

    def test_brings_what_was_changed(self, run, original, copy):
        run()
        facts = make_facts(namespace=FILMS[0].namespace, external_id=FILMS[0].external_id, title="New title")
        original.write(lambda session: session.movies.store([facts]))
        two = ACCOUNTS[1].user
        original.write(lambda session: session.library.rate(two.identity, 1, RatingChange(rating=1, review=None)))
        original.write(lambda session: session.accounts.change_password(two.identity, "another hash"))
        assert run() == {"films": (1, 0), "accounts": (1, 0), "ratings": (1, 0)}
        assert dump(copy) == dump(original)
        assert average(copy, FILMS[0]) == 1

    def test_removes_what_is_gone(self, run, original, copy):
        run()
        remove(original, FavoriteRecord, 1, 2_000)
        remove(original, RatingRecord, 2)
        remove(original, EndedToken, "token")
        remove(original, Credentials, 3)
        remove(original, Movie, 2_500)
        assert run() == {
            "films": (0, 1),
            "accounts": (0, 1),
            "favourites": (0, 2),
            "ratings": (0, 1),
            "ended tokens": (0, 1),
        }
        assert dump(copy) == dump(original)
        assert average(copy, FILMS[1]) is None

    def test_removes_what_was_in_whole_stretches_that_are_gone(self, run, original, copy):
        run()
        remove(original, Movie, *range(500, 2_501))
        run()
        assert dump(copy) == dump(original)

    def test_brings_what_was_removed_and_made_again(self, run, original, copy):
        run()
        one = ACCOUNTS[0].user
        for change in ("remove_favorite", "add_favorite"):
            original.write(lambda session, change=change: getattr(session.library, change)(one.identity, 5))
        assert run() == {"favourites": (1, 1)}
        assert dump(copy) == dump(original)

    def test_brings_a_name_that_somebody_else_has_now(self, run, original, copy):
        run()
        remove(original, Credentials, 1)
        heir = add_user(original, username=ACCOUNTS[0].user.username)
        run()
        with copy.read() as session:
            assert session.accounts.credentials(heir.username).id == heir.id
        assert dump(copy) == dump(original)

    @pytest.mark.parametrize("count", [0, 999, 1_000, 1_999, 2_400])
    def test_goes_on_where_one_was_interrupted(self, run, original, copy, count):
        with pytest.raises(Interruption):
            run(at(count, "Copying films", interrupt))
        done = count // 1_000 * 1_000
        assert len(dump(copy)) == done
        assert run()["films"] == (2_500 - done, 0)
        assert dump(copy) == dump(original)

    def test_goes_on_where_one_was_interrupted_while_it_checked(self, run):
        with pytest.raises(Interruption):
            run(at(10, "Checking films", interrupt))
        assert run() == {}

    def test_says_that_they_differ_where_somebody_writes_to_the_copy(self, run, original, copy):
        show = at(99, "Copying ratings", lambda: remove(copy, FavoriteRecord, 7))
        found = Copying(original, copy, show).run()
        assert [it.name for it in found if not it.is_same] == ["favourites"]
        assert run() == {"favourites": (1, 0)}


class TestRefused:
    """Before anything is written."""

    def refused(self, original, copy, why):
        before = dump(copy)
        with pytest.raises(NotCopied, match=why):
            Copying(original, copy, shown).run()
        assert dump(copy) == before
        with copy.read() as session:
            return session.movies.catalogue_digest("copy of")

    @pytest.mark.parametrize("add", [add_movie, add_user])
    def test_is_a_copy_that_holds_anything_of_its_own(self, original, copy, add):
        add(copy)
        assert self.refused(original, copy, "the copy holds films or accounts already") is None

    def test_is_a_copy_of_another_catalogue(self, run, copy):
        run()
        other = MemoryStorage()
        restore(other, dump(copy))
        self.refused(other, copy, "the copy holds films or accounts already, and not the original's; name an empty")

    def test_is_the_original_itself(self, original):
        self.refused(original, original, "the two are one catalogue")

    def test_is_an_original_that_holds_nothing(self, copy):
        assert self.refused(MemoryStorage(), copy, "the original is empty") is None

    @pytest.mark.parametrize(
        "use",
        [
            add_user,
            lambda copy: remove(copy, EndedToken, "token"),
            lambda copy: restore(copy, [dataclasses.replace(KEPT[-2], review="Changed")]),
        ],
        ids=["account", "token", "review"],
    )
    def test_is_a_copy_that_was_in_use_since(self, run, original, copy, use):
        run()
        use(copy)
        self.refused(original, copy, "somebody wrote to the copy since it was made, which would be lost")

    def test_is_not_what_was_a_copy_once_and_is_empty(self, run, original, copy):
        other = MemoryStorage()
        add_movie(other)
        Copying(other, copy, shown).run()
        remove(copy, Movie, *(it.id for it in dump(copy)))
        run()
        assert dump(copy) == dump(original)


class Failing(MemoryStorage):
    """Out of reach, to whoever reads or to whoever writes."""

    def __init__(self, how):
        super().__init__()
        self._how = how

    def read(self):
        if self._how == "reading":
            raise StorageUnavailable("it is away")
        return super().read()

    def commit(self, before, after):
        raise StorageUnavailable("it is away")


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_a_copy_that_fails_is_named(original, how):
    with pytest.raises(Unavailable, match=r"^the copy: it is away$"):
        Copying(original, Failing(how), shown).run()


def test_an_original_that_fails_is_named(copy):
    with pytest.raises(Unavailable, match=r"^the original: it is away$"):
        Copying(Failing("reading"), copy, shown).run()
