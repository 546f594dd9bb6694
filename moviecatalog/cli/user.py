"""`moviecatalog user`: accounts, for the operator."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import colander

from moviecatalog.cli.application import INI, application
from moviecatalog.domain.errors import InvalidInput, UserNotFound
from moviecatalog.schemas.accounts import RegistrationBody
from moviecatalog.services.accounts import Registration


@click.group()
def user() -> None:
    """Make, deactivate and activate accounts."""


@user.command()
@INI
@click.argument("username")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def create(ini: Path, username: str, email: str, *, password_stdin: bool) -> None:
    """Make an account, also where registration is closed.

    The rules are those of registration through the API. The password is asked for twice.
    """
    with application(ini) as app:
        password = _password_from_stdin() if password_stdin else _password_from_prompt()
        fields = {"username": username, "email": email, "password": password, "password_confirm": password}
        made = app.registry.services.accounts.create(_registration(fields))
    click.echo(f"Made the account {made.username!r}, id {made.id}.")


@user.command()
@INI
@click.argument("name")
def deactivate(ini: Path, name: str) -> None:
    """Shut the account out that has NAME as username or email.

    It can't sign in, and its tokens end. What it holds is kept.
    """
    _set_active(ini, name, active=False)


@user.command()
@INI
@click.argument("name")
def activate(ini: Path, name: str) -> None:
    """Let the account back in that has NAME as username or email."""
    _set_active(ini, name, active=True)


def _set_active(ini: Path, name: str, *, active: bool) -> None:
    with application(ini) as app:
        try:
            changed = app.registry.services.accounts.set_active(name, active=active)
        except UserNotFound:
            raise click.ClickException(f"There is no account of the name {name!r}.") from None
    click.echo(f"The account {changed.username!r} is {'active' if active else 'deactivated'}.")


def _password_from_prompt() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same once more")
    return password


def _password_from_stdin() -> str:
    """All of standard input but the line's end that `echo` and editors add."""
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        # The API would take neither: such a password could never be used.
        raise click.ClickException("The password on standard input must be UTF-8 text without NUL.")
    return text.removesuffix("\n").removesuffix("\r")


def _registration(fields: dict[str, Any]) -> Registration:
    """What the registration of the API would make of these. Raises InvalidInput."""
    try:
        registration = RegistrationBody().deserialize(fields)
    except colander.Invalid as invalid:
        raise InvalidInput({field: [message] for field, message in invalid.asdict().items()}) from None
    del registration["password_confirm"]
    return Registration(**registration)
