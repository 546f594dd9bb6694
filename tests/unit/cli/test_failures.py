import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationExecutionError

from moviecatalog.cli.failures import explanation
from moviecatalog.domain.errors import InvalidInput, StorageUnavailable
from moviecatalog.settings.reader import Problem, SettingsError

SETTINGS_ERROR = SettingsError([Problem("moviecatalog.cache.ttl", "it must be more")])


def test_settings_problems_are_listed():
    assert explanation(SETTINGS_ERROR) == "1 problem in the settings:\n  moviecatalog.cache.ttl: it must be more"


def test_settings_problems_are_found_within_what_pyramid_wraps_them_in():
    def fail():
        raise SETTINGS_ERROR

    config = Configurator()
    config.action("fail", fail)
    with pytest.raises(ConfigurationExecutionError) as wrapped:
        config.commit()
    assert explanation(wrapped.value) == str(SETTINGS_ERROR)


def test_a_conflict_of_two_plugins_is_told():
    config = Configurator()
    config.include(_first)
    config.include(_second)
    with pytest.raises(ConfigurationConflictError) as conflict:
        config.commit()
    assert "Conflicting configuration actions" in explanation(conflict.value)


def _first(config):
    config.action("discriminator", None)


def _second(config):
    config.action("discriminator", None)


def test_broken_fields_stand_one_a_line():
    error = InvalidInput({"email": ["It is no address."], "password": ["It is short.", "It is all digits."]})
    assert explanation(error) == (
        "This won't do:\n  email: It is no address.\n  password: It is short.\n  password: It is all digits."
    )


def test_an_engine_that_is_down_is_told():
    assert explanation(StorageUnavailable("the disk is full")) == (
        "Something that is needed doesn't answer: the disk is full"
    )


def test_what_was_not_foreseen_is_not_explained_away():
    assert explanation(ZeroDivisionError()) is None
