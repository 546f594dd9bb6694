"""Reads frozen dataclasses out of an ini file's lines and the environment.

A settings class is a frozen dataclass whose fields are made with `setting`; the reader fills one from
`<prefix>.<field>`. For each line the environment goes first (the name in upper case, dots as underscores;
or that name with `_FILE`, for the path of a file that holds the value), then the ini file, then the default.
Nothing is raised while reading: problems are collected, so that a deployer sees all of them at once.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from moviecatalog.settings.readings import Origin, Reading

T = TypeVar("T")

ROOT = "moviecatalog."
VARIABLES = "MOVIECATALOG_"

NO_SETTINGS = re.compile(
    # For whoever runs the tests: which servers they may use.
    r"MOVIECATALOG_TEST_.*"
    # Kubernetes tells every process of every service, one that is named moviecatalog among them.
    r"|MOVIECATALOG_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)
"""Variables that look like settings and are none: nobody is told that they are misspelt."""


def setting(
    parse: Callable[[str], Any],
    doc: str,
    *,
    default: Any = dataclasses.MISSING,
    name: str | None = None,
    secret: bool = False,
) -> Any:
    """A field of a settings class.

    `parse` turns the text into the value, or raises ValueError with a message that says what would be
    right. `default` is the value itself; without one the setting is required. `name` is the setting's
    last part (or parts) where it isn't the field's name. A secret's value never shows in any message.
    """
    metadata = {"parse": parse, "doc": doc, "name": name, "secret": secret}
    if secret:
        return dataclasses.field(default=default, repr=False, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def setting_name(prefix: str, field: dataclasses.Field[Any]) -> str:
    return f"{prefix}.{field.metadata['name'] or field.name}"


def _reading(name: str, field: dataclasses.Field[Any], text: str | None, origin: Origin) -> Reading:
    is_required = field.default is dataclasses.MISSING
    default = None if is_required else field.default
    return Reading(name, field.metadata["doc"], field.metadata["secret"], is_required, default, text, origin)


def environment_name(name: str) -> str:
    return name.upper().replace(".", "_")


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is wrong with one setting, and what would be right."""

    setting: str
    message: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.message}"


class SettingsError(Exception):
    """The settings can't be used; the message names every problem, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' * (count != 1)} in the settings:\n{lines}")


def suggestion(word: str, choices: Iterable[str]) -> str:
    """The end of a sentence: the choice that was perhaps meant, if one is near."""
    near = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


class SettingsReader:
    """Reads settings classes, remembering what was asked for and everything that was wrong."""

    def __init__(self, ini: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._ini = {name: value for name, value in ini.items() if name.startswith(ROOT)}
        self._environ = environ
        self._known: set[str] = set()
        self._foreign: set[str] = set()
        self._problems: list[Problem] = []
        self.readings: list[Reading] = []

    def problem(self, setting: str, message: str) -> None:
        self._problems.append(Problem(setting, message))

    def add(self, error: SettingsError) -> None:
        """Take in what was found wrong elsewhere, to be told with the rest."""
        self._problems += error.problems

    @property
    def problem_count(self) -> int:
        """How many problems there are so far: where it hasn't grown, what was read in between is fit for use."""
        return len(self._problems)

    def text(self, name: str) -> str | None:
        """The text of one setting, trimmed, or None where nobody set it. An empty text counts as set."""
        self._known.add(name)
        variable = environment_name(name)
        file_variable = f"{variable}_FILE"
        if variable in self._environ and file_variable in self._environ:
            self.problem(name, f"both {variable} and {file_variable} are set; keep one of them")
        if variable in self._environ:
            return self._environ[variable].strip()
        if file_variable in self._environ:
            return self._file(name, file_variable)
        value = self._ini.get(name)
        return None if value is None else str(value).strip()

    def origin(self, name: str) -> Origin:
        """Where `text` finds it."""
        variable = environment_name(name)
        file_variable = f"{variable}_FILE"
        if variable in self._environ:
            return Origin("environment", variable)
        if file_variable in self._environ:
            return Origin("file", file_variable, self._environ[file_variable])
        return Origin("ini" if self._ini.get(name) is not None else "default")

    def _file(self, name: str, variable: str) -> str | None:
        path = self._environ[variable]
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
            self.problem(name, f"{variable} names the file {path!r}, which can't be read ({reason})")
            return None

    def read(self, cls: type[T], prefix: str) -> T:
        """Fill `cls` from the lines below `prefix`.

        Where a line is missing or wrong, the problem is noted and the field holds None: such a value
        must not be used before `finish` has had its say, or `problem_count` shows that it has none.
        """
        values = {}
        for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # a TypeVar can't say "dataclass"
            values[field.name] = self._value(setting_name(prefix, field), field)
        return cls(**values)

    def _value(self, name: str, field: dataclasses.Field[Any]) -> Any:
        problems_before = len(self._problems)
        text = self.text(name)
        self.readings.append(_reading(name, field, text, self.origin(name)))
        if text is None:
            if field.default is dataclasses.MISSING and len(self._problems) == problems_before:
                self.problem(name, f"is required: {field.metadata['doc']}; {self._where(name)}")
            return None if field.default is dataclasses.MISSING else field.default
        try:
            return field.metadata["parse"](text)
        except ValueError as error:
            shown = "the value given" if field.metadata["secret"] else repr(text)
            self.problem(name, f"{shown} won't do: {error}")
            return None

    @staticmethod
    def _where(name: str) -> str:
        variable = environment_name(name)
        return f"set it in the ini file, or by the environment variable {variable} or {variable}_FILE"

    def leave_alone(self, prefix: str) -> None:
        """What is below `prefix` belongs to a plugin that isn't selected: nobody reads or checks it."""
        self._foreign.add(prefix + ".")

    def finish(self) -> None:
        """Raise a SettingsError if anything was wrong; lines and variables that are no setting at all included."""
        for name in sorted(self._ini):
            if name not in self._known and not name.startswith(tuple(self._foreign)):
                self.problem(name, f"there is no setting of this name{suggestion(name, self._known)}")
        self._find_unknown_variables()
        if self._problems:
            raise SettingsError(self._problems)

    def _find_unknown_variables(self) -> None:
        known = {form for name in self._known for form in (environment_name(name), f"{environment_name(name)}_FILE")}
        foreign = tuple(environment_name(prefix) for prefix in self._foreign)
        for variable in sorted(self._environ):
            ours = variable.startswith(VARIABLES) and not NO_SETTINGS.fullmatch(variable)
            if ours and variable not in known and not variable.startswith(foreign):
                self.problem(variable, f"there is no setting of this name{suggestion(variable, known)}")
