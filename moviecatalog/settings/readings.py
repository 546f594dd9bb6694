"""What was read of a setting, and where it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import limits


@dataclass(frozen=True)
class Origin:
    """Where a setting's text was found: `environment`, `file`, `ini`, or `default` where nobody set it.

    `variable` is that of the environment, `file` the path that it names.
    """

    kind: str
    variable: str | None = None
    file: str | None = None

    def __str__(self) -> str:
        match self.kind:
            case "file":
                return f"{self.variable}, the file {self.file}"
            case "environment":
                return str(self.variable)
            case "ini":
                return "the ini file"
        return "the default"


@dataclass(frozen=True)
class Reading:
    """A setting that was asked for. `text` is None where nobody set it; `default` too where there is none."""

    name: str
    doc: str
    is_secret: bool
    is_required: bool
    default: Any
    text: str | None
    origin: Origin

    @property
    def shown(self) -> str:
        """Its value for people's eyes: never a secret."""
        if self.text is None:
            return "required" if self.is_required else shown_default(self.default)
        return "(secret)" if self.holds_secret else self.text

    @property
    def holds_secret(self) -> bool:
        """Whether it has to be kept from others' eyes: a URL without password and options doesn't."""
        return (
            self.is_secret and self.text is not None and not re.fullmatch(r"[a-z0-9+]+://([^@:?/]*@)?[^@?]*", self.text)
        )


def shown_default(default: Any) -> str:
    """As it would stand in an ini file."""
    match default:
        case None | ():
            return ""
        case bool():
            return str(default).lower()
        case limits.RateLimitItem():
            several = f"{default.multiples} " if default.multiples > 1 else ""
            return f"{default.amount} per {several}{default.GRANULARITY.name}{'s' * bool(several)}"
        case tuple() if type(default) is tuple:
            return " ".join(map(str, default))
    return str(default)
