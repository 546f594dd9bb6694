from dataclasses import dataclass

import pytest

from moviecatalog.settings import parsers
from moviecatalog.settings.reader import SettingsError, SettingsReader, setting


@dataclass(frozen=True, kw_only=True)
class Sample:
    key: str = setting(parsers.text, "the key to the door", secret=True)
    doors: int = setting(parsers.integer(1, 9), "how many doors", default=2)
    colour: str = setting(parsers.choice("red", "blue"), "their colour", default="red", name="paint.colour")


def read(ini, environ=None):
    reader = SettingsReader({f"moviecatalog.house.{name}": value for name, value in ini.items()}, environ or {})
    sample = reader.read(Sample, "moviecatalog.house")
    reader.finish()
    return sample


def problems(ini, environ=None):
    with pytest.raises(SettingsError) as raised:
        read(ini, environ)
    return [str(problem) for problem in raised.value.problems]


def test_defaults_stand_where_nothing_is_set():
    assert read({"key": "k"}) == Sample(key="k", doors=2, colour="red")


def test_ini_lines_are_read_and_trimmed():
    assert read({"key": "k", "doors": " 3 ", "paint.colour": "blue"}) == Sample(key="k", doors=3, colour="blue")


def test_the_environment_goes_before_the_ini():
    assert read({"key": "k", "doors": "3"}, {"MOVIECATALOG_HOUSE_DOORS": "4"}).doors == 4


def test_a_file_named_by_the_environment_holds_the_value(tmp_path):
    (tmp_path / "key").write_text("from file\n")
    assert read({}, {"MOVIECATALOG_HOUSE_KEY_FILE": str(tmp_path / "key")}).key == "from file"


def test_a_missing_setting_says_what_it_is_for_and_where_to_set_it():
    assert problems({}) == [
        (
            "moviecatalog.house.key: is required: the key to the door; set it in the ini file, "
            "or by the environment variable MOVIECATALOG_HOUSE_KEY or MOVIECATALOG_HOUSE_KEY_FILE"
        )
    ]


def test_a_file_that_cannot_be_read_is_named_once():
    assert problems({}, {"MOVIECATALOG_HOUSE_KEY_FILE": "/nowhere/key"}) == [
        (
            "moviecatalog.house.key: MOVIECATALOG_HOUSE_KEY_FILE names the file '/nowhere/key', "
            "which can't be read (No such file or directory)"
        )
    ]


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "key").write_bytes(b"\xff")
    assert "it is no UTF-8 text" in problems({}, {"MOVIECATALOG_HOUSE_KEY_FILE": str(tmp_path / "key")})[0]


def test_value_and_file_together_are_refused(tmp_path):
    environ = {"MOVIECATALOG_HOUSE_KEY": "k", "MOVIECATALOG_HOUSE_KEY_FILE": str(tmp_path / "key")}
    assert "both MOVIECATALOG_HOUSE_KEY and MOVIECATALOG_HOUSE_KEY_FILE are set" in problems({}, environ)[0]


def test_all_problems_are_reported_at_once():
    found = problems({"doors": "ten", "paint.colour": "green", "dors": "1"})
    assert len(found) == 4
    assert "moviecatalog.house.doors: 'ten' won't do: it must be a whole number from 1 to 9" in found
    assert "moviecatalog.house.paint.colour: 'green' won't do: it must be one of red, blue" in found
    assert (
        "moviecatalog.house.dors: there is no setting of this name; did you mean 'moviecatalog.house.doors'?" in found
    )


def test_the_value_of_a_secret_is_never_shown():
    assert problems({"key": ""}) == ["moviecatalog.house.key: the value given won't do: it must not be empty"]
    assert "hunter2" not in repr(read({"key": "hunter2"}))


def test_lines_of_plugins_that_are_not_chosen_are_left_alone():
    reader = SettingsReader({"moviecatalog.cache.redis.url": "whatever", "pyramid.reload": "true"}, {})
    reader.leave_alone("moviecatalog.cache.redis")
    reader.finish()


class TestVariablesThatAreNoSetting:
    def test_are_reported_with_what_was_perhaps_meant(self):
        assert problems({"key": "k"}, {"MOVIECATALOG_HOUSE_DORS": "hunter2"}) == [
            "MOVIECATALOG_HOUSE_DORS: there is no setting of this name; did you mean 'MOVIECATALOG_HOUSE_DOORS'?"
        ]

    def test_are_reported_where_they_name_a_file(self):
        assert problems({"key": "k"}, {"MOVIECATALOG_HOUSE_KEYS_FILE": "/run/key"}) == [
            (
                "MOVIECATALOG_HOUSE_KEYS_FILE: there is no setting of this name; "
                "did you mean 'MOVIECATALOG_HOUSE_KEY_FILE'?"
            )
        ]

    def test_of_plugins_that_are_not_chosen_are_left_alone(self):
        reader = SettingsReader({}, {"MOVIECATALOG_CACHE_REDIS_URL": "x", "MOVIECATALOG_CACHE_REDIS_URL_FILE": "/x"})
        reader.leave_alone("moviecatalog.cache.redis")
        reader.finish()

    @pytest.mark.parametrize(
        "variable",
        [
            "PATH",
            "MOVIECATALOGUE_DOORS",
            "MOVIECATALOG_TEST_POSTGRESQL_URL",
            "MOVIECATALOG_SERVICE_HOST",
            "MOVIECATALOG_SERVICE_PORT",
            "MOVIECATALOG_SERVICE_PORT_HTTP",
            "MOVIECATALOG_PORT",
            "MOVIECATALOG_PORT_8000_TCP",
            "MOVIECATALOG_PORT_8000_TCP_ADDR",
            "MOVIECATALOG_REDIS_SERVICE_HOST",
        ],
    )
    def test_are_no_problem_where_others_set_them_for_purposes_of_their_own(self, variable):
        assert read({"key": "k"}, {variable: "tcp://10.0.0.1:8000"}).key == "k"
