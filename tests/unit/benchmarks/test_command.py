"""What can be chosen."""

import argparse

import pytest

from benchmarks.__main__ import FAMILIES, _families


def test_families_are_chosen_by_name():
    assert _families("reads,growth") == ["reads", "growth"]
    assert set(_families(",".join(FAMILIES))) == set(FAMILIES)


def test_one_that_isnt_there_is_told_with_those_that_are():
    with pytest.raises(argparse.ArgumentTypeError, match="there is no 'read'; there are reads, writes, growth"):
        _families("read")
