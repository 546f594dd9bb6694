"""What a test of the kit does where the plugin under test can't do what it is about."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "MOVIECATALOG_TEST_NO_SKIPS"


def lacks(reason: str) -> NoReturn:
    """Skip the test, for a reason that names what is missing; fail where the environment wants no skips."""
    if os.environ.get(VARIABLE):
        pytest.fail(f"{reason}; skipped unless {VARIABLE} is set")
    pytest.skip(reason)
