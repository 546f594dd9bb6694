"""The guides as a site, and what holds for all of their pages."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from tests.docs.blocks import ROOT, blocks, pages
from tests.docs.test_deploy_pages import PAGES as DEPLOY_PAGES

LANGUAGES = {"sh", "python", "javascript", "json", "ini", "nginx", "output", "text"}

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built with warnings as errors: a link or an anchor that leads nowhere is one."""
    folder = tmp_path_factory.mktemp("site")
    # What would else be printed at each build is about the next generation of the builder.
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    done = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


class Loads(HTMLParser):
    """What a page has its browser load."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "link" and attributes.get("rel") in ("canonical", "next", "prev"):
            return
        if attributes.get(LOADED.get(tag, "")):
            self.addresses.append(attributes[LOADED[tag]])


def test_it_builds_without_a_warning_and_holds_every_page(site):
    built = {str(path.parent.relative_to(site)) for path in site.rglob("index.html")}
    written = {page.removeprefix("docs/").removesuffix(".md") for page in pages() if page.startswith("docs/")}
    assert {name.removesuffix("index").rstrip("/") or "." for name in written} <= built


def test_no_page_loads_anything_from_another_host(site):
    for path in site.rglob("*.html"):
        loads = Loads()
        loads.feed(path.read_text(encoding="utf-8"))
        assert loads.addresses
        assert [it for it in loads.addresses if "//" in it] == [], path


def test_every_block_has_a_language_that_a_test_knows():
    unknown = [
        (str(block), block.language) for page in pages() for block in blocks(page) if block.language not in LANGUAGES
    ]
    assert unknown == []


def test_every_page_is_read_by_a_test():
    """Those of a folder together, or one by a module of its own; pages without blocks need none."""
    together = ("docs/api/", "docs/plugins/", "examples/", "README.md", *DEPLOY_PAGES)
    others = [page for page in pages() if not page.startswith(together)]
    with_blocks = [page for page in others if any(block.language != "text" for block in blocks(page))]
    modules = [
        page.removesuffix(".md").replace("docs/", "tests/docs/test_", 1).replace("deploy/", "deploy_")
        for page in with_blocks
    ]
    assert len(modules) > 4
    assert [it for it in modules if not (ROOT / f"{it}.py").is_file()] == []


def test_every_fence_is_a_block():
    for page in pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        assert len(re.findall(r"^ *```", text, re.MULTILINE)) == 2 * len(blocks(page)), page


def test_what_the_architecture_names_is_there():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:moviecatalog|http|views|migrations)/[\w/.]*)`", text)
    assert len(named) > 15
    places = [ROOT, ROOT / "moviecatalog", ROOT / "moviecatalog/plugins/storages/sqlalchemy"]
    assert [it for it in named if not any((place / it).exists() for place in places)] == []
