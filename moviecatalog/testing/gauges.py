"""What every plugin's `gauges` must keep."""

from __future__ import annotations

import re

from moviecatalog.plugins.base import Plugin


def assert_gauges(plugin: Plugin) -> None:
    """That they are figures under names that can be shown, and the same ones each time."""
    told = plugin.gauges()
    for name, value in told.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name)
        assert isinstance(value, int | float)
    assert plugin.gauges().keys() == told.keys()
