"""The kit, as whoever writes a plugin meets it: in a pytest run of their own."""

import textwrap

import pytest

pytest_plugins = ["pytester"]

SOURCE = """
    import pytest
    from moviecatalog.testing import SourceContract
    from moviecatalog.testing.factories import make_facts
    from moviecatalog.testing.fakes import FakeSource
    from moviecatalog.domain.listings import Capability

    @pytest.fixture
    def source():
        films = [make_facts(namespace="fake", external_id=str(n), title=f"Film {n}") for n in range(12)]
        return FakeSource(films, frozenset({Capability.POPULAR, Capability.SEARCH}))

    class TestMine(SourceContract):
        pass
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Pytest in a process of its own, over one file of tests."""

    def run(code, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        pytester.makepyfile(textwrap.dedent(code))
        return pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider")

    return run


def test_one_fixture_is_all_that_the_suite_wants(run):
    outcome = run(SOURCE)
    assert outcome.ret == 0
    assert outcome.parseoutcomes()["passed"] > 15
    outcome.stdout.fnmatch_lines(["SKIPPED*the source does not name the capability 'trending'"])


def test_skips_are_failures_where_the_environment_says_so(run):
    outcome = run(SOURCE, MOVIECATALOG_TEST_NO_SKIPS="1")
    assert "skipped" not in outcome.parseoutcomes()
    outcome.stdout.fnmatch_lines(
        ["*the source does not name the capability 'trending'; skipped unless MOVIECATALOG_TEST_NO_SKIPS is set"]
    )


def test_a_failing_assert_is_explained(run):
    outcome = run(SOURCE.replace('namespace="fake"', 'namespace="other"'))
    assert outcome.ret == 1
    outcome.stdout.fnmatch_lines(["E *At index 0 diff: 'other' != 'fake'"])


def test_a_source_that_shows_nothing_unasked_is_told_what_to_set(run):
    outcome = run(SOURCE.replace("Capability.POPULAR, ", ""))
    outcome.stdout.fnmatch_lines(["*set `known_id` and `known_word`*"])
    again = run(
        SOURCE.replace("Capability.POPULAR, ", "").replace("        pass", "        known_id, known_word = '7', 'film'")
    )
    assert again.ret == 0


def test_the_api_is_a_fixture_away(run):
    outcome = run("""
        def test_it(make_api):
            assert make_api({"moviecatalog.cache": "none"}).get("/movies/").json["count"] == 400
    """)
    outcome.assert_outcomes(passed=1)
