import pytest

from moviecatalog.domain.listings import Capability
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.plugins.sources.base import Catalogue
from moviecatalog.services.intake import Intake
from moviecatalog.testing.factories import make_facts
from moviecatalog.testing.fakes import FakeSource


class WholeSource(FakeSource):
    """A source that has all its films at hand."""

    def catalogue(self):
        return Catalogue(str(hash(tuple(self.films))), tuple(self.films))


@pytest.fixture
def changes():
    return []


@pytest.fixture
def intake(storage, changes):
    return Intake(storage, lambda: changes.append("changed"))


def films(count, **facts):
    same = {"namespace": "fake", "title": "Film", "popularity": 1.0} | facts
    return [make_facts(external_id=str(number), **same) for number in range(count)]


def stored(storage):
    with storage.read() as session:
        return session.movies.browse(MovieQuery(), 0, 5_000).items


class TestCatalogue:
    def test_is_stored_whole_and_says_so(self, intake, storage, changes):
        intake.take_in_catalogue("whole", WholeSource(films(1_200), frozenset({Capability.CATALOGUE})))
        assert len(stored(storage)) == 1_200
        assert changes == ["changed"]

    def test_is_stored_once(self, intake, storage, changes, monkeypatch):
        source = WholeSource(films(3), frozenset({Capability.CATALOGUE}))
        intake.take_in_catalogue("whole", source)
        monkeypatch.setattr(storage, "write", None)
        intake.take_in_catalogue("whole", source)
        assert changes == ["changed"]

    def test_is_not_stored_again_where_another_process_was_quicker(self, intake, storage, changes, monkeypatch):
        source = WholeSource(films(3), frozenset({Capability.CATALOGUE}))
        write = storage.write

        def after_another(work):
            monkeypatch.setattr(storage, "write", write)
            Intake(storage, lambda: changes.append("the other")).take_in_catalogue("whole", source)
            return write(work)

        monkeypatch.setattr(storage, "write", after_another)
        intake.take_in_catalogue("whole", source)
        assert changes == ["the other"]

    def test_that_changed_is_stored_anew_under_the_same_ids(self, intake, storage):
        intake.take_in_catalogue("whole", WholeSource(films(3), frozenset({Capability.CATALOGUE})))
        before = {movie.external_id: movie.id for movie in stored(storage)}
        intake.take_in_catalogue("whole", WholeSource(films(4, title="Another"), frozenset({Capability.CATALOGUE})))
        after = stored(storage)
        assert {movie.title for movie in after} == {"Another"}
        assert before.items() < {movie.external_id: movie.id for movie in after}.items()

    def test_of_a_source_without_one_is_not_asked_for(self, intake, storage):
        intake.take_in_catalogue("whole", WholeSource(films(3), frozenset()))
        assert stored(storage) == ()


class TestFacts:
    def test_unchanged_are_not_written_again(self, intake, storage, monkeypatch):
        first = intake.take_in(films(3))
        monkeypatch.setattr(storage, "write", None)
        assert intake.take_in(films(3)) == first

    @pytest.mark.parametrize(
        ("change", "said"),
        [({"title": "Another"}, ["changed"]), ({"genre_ids": (1,)}, ["changed"]), ({"popularity": 99.0}, [])],
        ids=str,
    )
    def test_changed_are_written_and_said_where_they_show(self, intake, changes, change, said):
        intake.take_in(films(3))
        intake.take_in(films(3, **change))
        assert changes == said

    def test_heard_of_anew_are_written_though_unchanged(self, intake, storage, changes):
        before = intake.take_in(films(1))
        storage.write(lambda session: None)
        [fact] = films(1)
        after = intake.refresh(fact)
        assert after.refreshed_at >= before[fact.key].refreshed_at
        assert after.updated_at == before[fact.key].updated_at
        assert changes == []

    def test_an_empty_overview_says_nothing(self, intake, changes):
        intake.take_in(films(1, overview="Long."))
        assert [movie.overview for movie in intake.take_in(films(1)).values()] == ["Long."]
        assert changes == []

    def test_new_ones_end_nothing(self, intake, changes):
        intake.take_in(films(3))
        assert changes == []


class TestASecondSource:
    """One that is heard where an earlier one of the same id space doesn't answer."""

    @pytest.fixture
    def second(self, storage, changes):
        return Intake(storage, lambda: changes.append("changed"), adds_only=True)

    def test_adds_what_is_missing_and_changes_nothing(self, intake, second, changes):
        intake.take_in(films(2, title="From the first"))
        titles = {key: movie.title for key, movie in second.take_in(films(3, title="From the second")).items()}
        assert list(titles.values()) == ["From the first", "From the first", "From the second"]
        assert changes == []

    def test_adds_of_a_whole_catalogue_only_what_is_missing(self, intake, second, storage):
        intake.take_in(films(2, title="From the first"))
        whole = WholeSource(films(3, title="From the second"), frozenset({Capability.CATALOGUE}))
        second.take_in_catalogue("whole", whole)
        assert sorted(movie.title for movie in stored(storage)) == ["From the first"] * 2 + ["From the second"]
