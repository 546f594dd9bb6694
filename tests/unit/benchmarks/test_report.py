"""What readers get of it, and what programs do."""

import orjson
import pytest

from benchmarks import report
from benchmarks.goals import Claim, Findings, Table, at_least, at_most

MACHINE = {"cores": "2", "Python": "3.11.7"}

FINDINGS = {
    "reads": Findings(
        [
            Claim("trending", "of bare Pyramid's rate", 0.17234, at_least(0.15, 0.25)),
            Claim("trending", "SQL statements", 3, at_most(0)),
            Claim("my favourites", "of bare Pyramid's rate", 0.5),
        ],
        [Table("Rates", ("", "req/s"), (("trending", 4_803), ("details", None)))],
    ),
    "transfer": Findings([Claim("copy", "films a second", 12_000, at_least(10_000))]),
}


def test_each_goal_stands_beside_its_figure():
    text = report.markdown(MACHINE, FINDINGS)
    assert "Met: 2 of 3." in text
    assert "| trending | of bare Pyramid's rate | 0.172 | ≥ 0.15 | ≥ 0.25 | met, not the aim |" in text
    assert "| trending | SQL statements | 3 | ≤ 0 |  | **not met** |" in text
    assert "| copy | films a second | 12,000 | ≥ 10,000 |  | met |" in text
    assert "| my favourites | of bare Pyramid's rate | 0.5 |" in text.partition("without a goal")[2]


def test_words_are_aligned_to_the_left_and_figures_to_the_right():
    text = report.markdown(MACHINE, FINDINGS)
    assert "|  | req/s |\n| --- | ---: |\n| trending | 4,803 |\n| details |  |" in text
    assert "| cores | 2 |" in text


def test_programs_get_figures_as_they_were():
    found = orjson.loads(report.json(MACHINE, FINDINGS))
    assert found["machine"] == MACHINE
    assert found["findings"]["reads"]["claims"][0] == {
        "what": "trending",
        "measure": "of bare Pyramid's rate",
        "figure": 0.17234,
        "goal": {"bound": 0.15, "aim": 0.25, "at_most": False},
    }
    assert found["findings"]["reads"]["tables"][0]["rows"][0] == ["trending", 4_803]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("1 to 2", "1 to 2"),
        (0, "0"),
        (4_803, "4,803"),
        (0.047, "0.047"),
        (12.345, "12.3"),
        (1234.5, "1,234"),
    ],
)
def test_three_digits_of_a_figure_are_shown(value, text):
    assert report.number(value) == text
