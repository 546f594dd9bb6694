import pytest

from moviecatalog.cli.application import application, server_settings


def failure(result):
    """The sentence that a failed command left on stderr."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_missing_file_is_named(run, tmp_path):
    assert failure(run("migrate", tmp_path / "no.ini")) == f"Error: There is no file '{tmp_path / 'no.ini'}'.\n"


def test_a_directory_is_no_ini_file(run, tmp_path):
    assert "There is no file" in failure(run("migrate", tmp_path))


def test_a_file_of_another_kind_is_told_from_an_ini_file(run, tmp_path):
    path = tmp_path / "catalogue.yaml"
    path.write_text("a: b", encoding="utf-8")
    assert f"'{path}' can't be used: " in failure(run("migrate", path))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "app"),
        ("moviecatalog.cache = memory\n", "section header"),
        ("[app:main]\nuse = egg:no_such_package\n", "no_such_package"),
        ("[app:main]\nuse = egg:moviecatalog#other\n", "other"),
        ("[app:main]\nuse = egg:moviecatalog\nmoviecatalog.public_url = %(nobody_set_this)s\n", "nobody_set_this"),
    ],
    ids=["empty", "no section", "unknown package", "unknown factory", "unknown variable"],
)
def test_an_ini_file_that_cannot_be_understood_is_one_sentence(run, tmp_path, text, reason):
    path = tmp_path / "catalogue.ini"
    path.write_text(text, encoding="utf-8")
    message = failure(run("migrate", path))
    assert f"'{path}' can't be used: " in message
    assert reason in message
    assert message.count("\n") == 1


def test_an_ini_file_that_is_not_utf_8_is_one_sentence(run, tmp_path):
    path = tmp_path / "catalogue.ini"
    path.write_bytes(b"[app:main]\nuse = \xff\n")
    assert "can't be used: " in failure(run("migrate", path))


def test_an_application_behind_a_filter_is_not_taken_for_the_catalogue(run, migrated):
    text = migrated.read_text(encoding="utf-8").replace("[app:main]", "[app:catalogue]")
    migrated.write_text(text + "[filter-app:main]\nuse = egg:PasteDeploy#prefix\nnext = catalogue\n", encoding="utf-8")
    message = failure(run("user", "activate", migrated, "ann"))
    assert message == f"Error: [app:main] in '{migrated}' is not `use = egg:moviecatalog`.\n"


def test_the_servers_lines_are_only_its_own(write_ini):
    ini = write_ini(server={"listen": "localhost:8000", "threads": "8"})
    assert server_settings(ini) == {"use": "egg:waitress#main", "listen": "localhost:8000", "threads": "8"}


def test_plugins_are_closed_after_the_block(migrated, monkeypatch):
    closed = []

    def close(plugins):
        closed.append(plugins)

    with application(migrated) as app:
        monkeypatch.setattr(type(app.registry.plugins), "close", close)
    assert closed == [app.registry.plugins]
