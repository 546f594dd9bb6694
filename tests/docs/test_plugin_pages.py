"""Pages for who writes a plugin: pasted by somebody who has the page and the wheel, and nothing else."""

import re

import pytest

from moviecatalog.plugins.kinds import KINDS
from tests.docs.blocks import ROOT, pages
from tests.docs.reader import Reader
from tests.engines.binaries import free_port
from tests.engines.strangers import Stranger

PAGES = [page for page in pages() if page.startswith("docs/plugins/")]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_works_for_a_stranger(page, distributions, tmp_path):
    stranger = Stranger(tmp_path)
    stranger.install(f"{distributions.wheel}[testing]", "pip", "setuptools")
    folder = tmp_path / "work"
    folder.mkdir()
    environ = {name: value for name, value in stranger.environ().items() if name != "MOVIECATALOG_AUTH_SECRET"}
    with Reader(folder, free_port(), [tmp_path / "venv/bin"], environ) as reader:
        reader.read(page)


def test_the_versions_that_the_page_names_are_todays():
    text = (ROOT / "docs/plugins/contract.md").read_text(encoding="utf-8")
    versions = {kind.name: kind.contract.contract_version for kind in KINDS}
    told = re.search(r"`MovieSource.contract_version` is (\d), that of a cache (\d),\s+that of a storage (\d)", text)
    assert tuple(map(int, told.groups())) == (versions["source"], versions["cache"], versions["storage"])
