"""The code blocks of a page, in its order."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[a-z]*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """`line` is where its text begins in the page, counted from 1; `title` the name of the file that it is."""

    page: str
    line: int
    language: str
    title: str | None
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks(page):
    """Of `page`, which is a path from the project's root on."""
    source = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, source.count("\n", 0, found.start()) + 2, found["language"], found["title"], dedented(found))
        for found in FENCE.finditer(source)
    ]


def dedented(found):
    return re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)


def pages():
    """All that have blocks which a reader may copy."""
    found = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/README.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found)
