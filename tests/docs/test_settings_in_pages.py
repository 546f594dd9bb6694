"""Lines of ini files that pages show are settings, and their values will do."""

import configparser

import pytest

from moviecatalog.plugins.installed import installed
from moviecatalog.settings.core import CoreSettings
from moviecatalog.settings.reader import SettingsError, SettingsReader
from tests.docs.blocks import blocks, pages

REQUIRED = {
    "moviecatalog.auth.secret": "s" * 64,
    "moviecatalog.source.tmdb.api_key": "0" * 32,
    "moviecatalog.cache.redis.url": "redis://localhost",
}

EXAMPLES = (
    "moviecatalog.source.omdb.",
    "moviecatalog.cache.dbm.",
    "moviecatalog.storage.journal.",
    "moviecatalog.source.shelf",
)
"""Settings of plugins that don't ship: their own tests try them."""

INI_BLOCKS = [block for page in pages() for block in blocks(page) if block.language == "ini"]


@pytest.mark.parametrize("block", INI_BLOCKS, ids=str)
def test_lines_of_an_ini_file_are_settings(block):
    text = block.text if "[app:main]" in block.text else f"[app:main]\n{block.text}"
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    lines = {name: value for name, value in parser["app:main"].items() if not name.startswith(EXAMPLES)}
    reader = SettingsReader(REQUIRED | lines, {})
    CoreSettings.read(reader)
    for plugin in installed():
        reader.read(plugin.plugin.Settings, f"{plugin.kind.setting}.{plugin.name}")
    try:
        reader.finish()
    except SettingsError as error:
        pytest.fail(f"{block}: {error}")
