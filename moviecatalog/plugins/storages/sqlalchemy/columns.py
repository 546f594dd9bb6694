"""Column types that mean the same on every engine."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# 64 bits everywhere: SQLite's INTEGER has them, and it numbers no primary key of any other type.
RowId = BigInteger().with_variant(Integer(), "sqlite")


# Compared code point by code point everywhere, whatever the language of a database.
CodePoints = Text().with_variant(Text(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware times in UTC, also on engines that keep no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class IntegerList(TypeDecorator[tuple[int, ...]]):
    """Integers in their order, as the text of a JSON array.

    As text, since PostgreSQL's JSON type can't be compared, and an upsert must tell whether the list changed.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else f"[{', '.join(map(str, value))}]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002
        return None if value is None else tuple(int(item) for item in value.strip("[]").split(",") if item)
