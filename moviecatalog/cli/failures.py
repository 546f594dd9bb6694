"""What a command says when it fails."""

from __future__ import annotations

from typing import Any

import click
from pyramid.exceptions import ConfigurationConflictError, ConfigurationExecutionError

from moviecatalog.domain.errors import InvalidInput, Unavailable
from moviecatalog.settings.reader import SettingsError


class Commands(click.Group):
    """Commands that end with a sentence on stderr and exit code 1 when something foreseen goes wrong.

    What nobody foresaw keeps its traceback: it is for the developers.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            message = explanation(error)
            if message is None:
                raise
            raise click.ClickException(message) from None


def explanation(error: BaseException) -> str | None:
    """What to tell whoever gave the command; None for what was not foreseen."""
    match error:
        case ConfigurationExecutionError():
            # So Pyramid wraps what a deferred action raised.
            return explanation(error.evalue)
        case SettingsError() | ConfigurationConflictError():
            return str(error)
        case InvalidInput():
            lines = [f"  {field}: {message}" for field, messages in error.details.items() for message in messages]
            return "\n".join(["This won't do:", *lines])
        case Unavailable():
            return f"Something that is needed doesn't answer: {error}"
        case _:
            return None
