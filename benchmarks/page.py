"""The page about speed: words that are written by hand, then the figures of the last run."""

import importlib.util

from benchmarks import plot, report

MARK = "<!-- What follows is written by `make bench`. -->"

MISSING = "The picture is drawn by matplotlib, which isn't here: pip install matplotlib, as `make bench` does."

PANELS = {
    "of bare Pyramid's rate": "Rate, of that of a bare Pyramid view with the same bytes. Line: at least; dotted: aim",
    "times as long with many films": "How many times as long it takes with very many films. Line: at most",
}
"""Of the claims with this measure, with this title."""


def require():
    if importlib.util.find_spec("matplotlib") is None:
        raise SystemExit(MISSING)


def write(folder, machine, findings):
    """Into `speed.md` of the folder, and beside it, in the folder `speed`."""
    page = folder / "speed.md"
    words, found, _ = page.read_text(encoding="utf-8").partition(MARK)
    assert found, f"{page} has no line {MARK!r}"
    beside = folder / "speed"
    beside.mkdir(exist_ok=True)
    page.write_text(f"{words}{MARK}\n\n{report.markdown(machine, findings)}", encoding="utf-8")
    (beside / "figures.json").write_bytes(report.json(machine, findings))
    panels = {title: _with_goals(findings, measure) for measure, title in PANELS.items()}
    plot.svg(beside / "figures.svg", {title: claims for title, claims in panels.items() if claims})


def _with_goals(findings, measure):
    claims = [claim for it in findings.values() for claim in it.claims]
    return [it for it in claims if it.measure == measure and it.goal]
