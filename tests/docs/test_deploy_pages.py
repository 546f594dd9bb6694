"""The pages of commands, films, settings and figures: pasted in a folder that holds `catalogue.ini` and its database.

The others have a module each.
"""

import re
import shutil

import pytest
from click.testing import CliRunner

from moviecatalog.cli import main
from tests.docs.blocks import ROOT
from tests.docs.reader import Reader
from tests.engines.binaries import free_port
from tests.engines.command import environ

PAGES = [f"docs/deploy/{name}.md" for name in ("commands", "filling", "settings", "metrics")]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_works(page, filled, tmp_path, programs):
    shutil.copy(filled, tmp_path / "moviecatalog.sqlite")
    port = free_port()
    ini = (ROOT / "development.ini").read_text(encoding="utf-8").replace("localhost:8000", f"localhost:{port}")
    (tmp_path / "catalogue.ini").write_text(ini, encoding="utf-8")
    with Reader(
        tmp_path, port, [programs], environ() | {"MOVIECATALOG_AUTH_SECRET": "a-secret-of-a-test-" * 4}
    ) as reader:
        reader.read(page)


def test_the_list_of_settings_is_what_the_code_says():
    told = CliRunner().invoke(main, ["settings"], catch_exceptions=False).output
    written = (ROOT / "docs/deploy/settings.md").read_text(encoding="utf-8")
    assert told == written, "write it anew: moviecatalog settings >docs/deploy/settings.md"


@pytest.mark.parametrize("page", ["docs/deploy/commands.md", "README.md"])
def test_every_command_is_told(page):
    told = set(re.findall(r"^\| `moviecatalog (\w+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert told == set(main.commands)
