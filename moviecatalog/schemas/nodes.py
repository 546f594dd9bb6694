"""Strict scalar types for colander, whose own take `true` for 1, `" 9 "` for 9 and lists for nothing.

Types of bodies take JSON values; types of query strings take text, and a list where a parameter was given
more than once. Their public attributes are the bounds that the API's description shows.
"""

from __future__ import annotations

import enum
import re
from typing import Any

import colander

_DIGITS = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def _refuse(node: colander.SchemaNode, message: str) -> colander.Invalid:
    return colander.Invalid(node, message)


def storable(node: colander.SchemaNode, text: str) -> str:
    """The text, without NUL and without halves of surrogate pairs, which some databases can't store."""
    if "\0" in text:
        raise _refuse(node, "This must not hold the character NUL.")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise _refuse(node, "This holds half a surrogate pair.")
    return text


class Text(colander.SchemaType):
    """JSON text. Where it is `nullable`, null and the empty text both mean None."""

    def __init__(self, *, min_length: int = 0, max_length: int | None = None, nullable: bool = False) -> None:
        self.min_length = min_length
        self.max_length = max_length
        self.nullable = nullable

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return cstruct
        if self.nullable and cstruct in (None, ""):
            return None
        if not isinstance(cstruct, str):
            raise _refuse(node, "This must be text, or null." if self.nullable else "This must be text.")
        if len(cstruct) < self.min_length:
            raise _refuse(node, "This must not be empty.")
        if self.max_length is not None and len(cstruct) > self.max_length:
            raise _refuse(node, f"This must have {self.max_length} characters or fewer.")
        return storable(node, cstruct)


class WholeNumber(colander.SchemaType):
    """A JSON number without a fraction, as JSON Schema has it: `9.0` is 9; `true` and `"9"` are none."""

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return cstruct
        in_range = type(cstruct) in (int, float) and self.minimum <= cstruct <= self.maximum
        if not in_range or cstruct != int(cstruct):
            raise _refuse(node, f"This must be a whole number from {self.minimum} to {self.maximum}.")
        return int(cstruct)


class QueryType(colander.SchemaType):
    """The base of the types of query strings: one value, not empty."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return cstruct
        if not isinstance(cstruct, str):
            raise _refuse(node, "This parameter must be given once.")
        return self.parse(node, cstruct)

    def parse(self, node: colander.SchemaNode, text: str) -> Any:
        """What the text means. Raises colander.Invalid."""
        raise NotImplementedError  # abstract: colander types have no ABC


class QueryInteger(QueryType):
    """ASCII digits. What is above `clamp` is taken as `clamp`."""

    def __init__(self, minimum: int, maximum: int | None = None, *, clamp: int | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.clamp = clamp

    def parse(self, node: colander.SchemaNode, text: str) -> int:
        if self.clamp is not None and re.fullmatch(r"[0-9]{19,}", text):
            return self.clamp
        if _DIGITS.fullmatch(text):
            number = int(text) if self.clamp is None else min(int(text), self.clamp)
            if number >= self.minimum and (self.maximum is None or number <= self.maximum):
                return number
        bounds = f"of {self.minimum} or more" if self.maximum is None else f"from {self.minimum} to {self.maximum}"
        raise _refuse(node, f"This must be a whole number {bounds}.")


class QueryIntegers(QueryInteger):
    """The same, as often as one likes: a tuple."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return cstruct
        texts = [cstruct] if isinstance(cstruct, str) else cstruct
        return tuple(dict.fromkeys(self.parse(node, text) for text in texts))


class QueryNumber(QueryType):
    """A decimal number, without an exponent."""

    def __init__(self, minimum: float, maximum: float | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, node: colander.SchemaNode, text: str) -> float:
        if _DECIMAL.fullmatch(text):
            number = float(text)
            if number >= self.minimum and (self.maximum is None or number <= self.maximum):
                return number
        bounds = (
            f"of {self.minimum:g} or more" if self.maximum is None else f"from {self.minimum:g} to {self.maximum:g}"
        )
        raise _refuse(node, f"This must be a number {bounds}.")


class QueryText(QueryType):
    """Text, trimmed."""

    def __init__(self, max_length: int) -> None:
        self.min_length = 1
        self.max_length = max_length

    def parse(self, node: colander.SchemaNode, text: str) -> str:
        trimmed = text.strip()
        if not self.min_length <= len(trimmed) <= self.max_length:
            raise _refuse(node, f"This must have 1 to {self.max_length} characters, not counting spaces around them.")
        return storable(node, trimmed)


class QueryChoice(QueryType):
    """One of the values of an enumeration."""

    def __init__(self, choices: type[enum.StrEnum]) -> None:
        self.choices = choices

    def parse(self, node: colander.SchemaNode, text: str) -> enum.StrEnum:
        try:
            return self.choices(text)
        except ValueError:
            raise _refuse(node, f"This must be one of {', '.join(self.choices)}.") from None


def optional(kind: colander.SchemaType, default: Any = colander.drop, **kwargs: Any) -> colander.SchemaNode:
    """A node that may be missing: dropped then, or with a default."""
    return colander.SchemaNode(kind, missing=default, **kwargs)


def required(kind: colander.SchemaType, **kwargs: Any) -> colander.SchemaNode:
    return colander.SchemaNode(kind, missing_msg="This is required.", **kwargs)
