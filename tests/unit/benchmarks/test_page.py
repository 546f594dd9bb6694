"""The page about speed keeps the words that were written by hand."""

import pytest

from benchmarks import page
from benchmarks.goals import Claim, Findings, at_most
from tests.docs.blocks import ROOT


def findings(figure):
    return {"writes": Findings([Claim("rating", "SQL statements", figure, at_most(3))])}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "speed.md").write_text(f"# Speed\n\nWords.\n\n{page.MARK}\n\nOld figures.\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """The panels that would have been drawn, by a library that tests have no other use for."""
    panels = []
    monkeypatch.setattr(page.plot, "svg", lambda _path, found: panels.append(found))
    return panels


def test_figures_replace_those_of_the_last_run(folder):
    page.write(folder, {}, findings(2))
    page.write(folder, {}, findings(4))
    text = (folder / "speed.md").read_text(encoding="utf-8")
    assert text.startswith(f"# Speed\n\nWords.\n\n{page.MARK}\n\n## Goals\n")
    assert "| rating | SQL statements | 4 |" in text
    assert text.count("SQL statements") == 1
    assert b'"figure": 4' in (folder / "speed/figures.json").read_bytes()


def test_a_page_without_the_line_is_left_as_it_is(folder):
    (folder / "speed.md").write_text("# Speed\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="has no line"):
        page.write(folder, {}, findings(2))
    assert (folder / "speed.md").read_text(encoding="utf-8") == "# Speed\n"


def test_the_page_that_ships_has_the_line():
    assert page.MARK in (ROOT / "docs/speed.md").read_text(encoding="utf-8")
