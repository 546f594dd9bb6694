import pytest

from moviecatalog.cli.application import application
from moviecatalog.domain.errors import SignInFailed

PASSWORD = "correct horse battery"


@pytest.fixture
def create(run, migrated):
    """Make an account by the command, the password on standard input."""

    def create(username="ann", email="ann@example.org", password=PASSWORD):
        return run("user", "create", migrated, username, email, "--password-stdin", input=password)

    return create


@pytest.fixture
def sign_in(migrated):
    def sign_in(name, password=PASSWORD):
        with application(migrated) as app:
            return app.registry.services.authentication.sign_in(name, password, "192.0.2.1").user.username

    return sign_in


def test_who_was_created_can_sign_in(create, sign_in):
    result = create()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Made the account 'ann', id 1.\n"
    assert sign_in("ann@example.org") == "ann"


def test_the_password_is_asked_for_twice_without_showing_it(run, migrated, sign_in):
    result = run("user", "create", migrated, "ann", "ann@example.org", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert "Password: " in result.stdout
    assert "The same once more: " in result.stdout
    assert PASSWORD not in result.output
    assert sign_in("ann") == "ann"


def test_a_second_entry_that_differs_is_asked_for_again(run, migrated, sign_in):
    answers = f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n"
    assert run("user", "create", migrated, "ann", "ann@example.org", input=answers).exit_code == 0
    assert sign_in("ann") == "ann"


def test_the_end_of_the_line_is_no_part_of_a_password_on_standard_input(create, sign_in):
    create(password=f"{PASSWORD}\n")
    assert sign_in("ann") == "ann"


@pytest.mark.parametrize("password", [b"\xff" * 12, b"twelve\0chars"], ids=["not UTF-8", "NUL"])
def test_a_password_that_no_request_could_hold_is_refused(create, password):
    result = create(password=password)
    assert result.exit_code == 1
    assert result.stderr == "Error: The password on standard input must be UTF-8 text without NUL.\n"


def test_every_broken_field_is_told(create):
    result = create(username="a b", email="nowhere", password="12345678")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: This won't do:\n"
        "  username: A username has 3 to 150 letters, digits and @ . + - _ characters.\n"
        "  email: This is not a valid email address.\n"
        "  password: A password must not be all digits.\n"
    )


def test_a_name_that_is_taken_is_told(create):
    create()
    result = create(email="other@example.org")
    assert result.exit_code == 1
    assert result.stderr == "Error: This won't do:\n  username: An account with this username exists already.\n"


def test_closed_registration_does_not_stop_the_operator(create, sign_in, monkeypatch):
    monkeypatch.setenv("MOVIECATALOG_AUTH_REGISTRATION", "closed")
    assert create().exit_code == 0
    assert sign_in("ann") == "ann"


def test_who_is_deactivated_cannot_sign_in_until_activated(create, run, migrated, sign_in):
    create()
    result = run("user", "deactivate", migrated, "ANN@example.org")
    assert (result.exit_code, result.stdout) == (0, "The account 'ann' is deactivated.\n")
    with pytest.raises(SignInFailed):
        sign_in("ann")
    result = run("user", "activate", migrated, "ann")
    assert (result.exit_code, result.stdout) == (0, "The account 'ann' is active.\n")
    assert sign_in("ann") == "ann"


@pytest.mark.parametrize("command", ["activate", "deactivate"])
def test_an_account_that_is_not_there_is_told(run, migrated, command):
    result = run("user", command, migrated, "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: There is no account of the name 'nobody'.\n"


def test_without_the_schema_the_next_step_is_told(run, write_ini):
    result = run("user", "activate", write_ini(), "ann")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "moviecatalog migrate" in result.stderr
