"""How many favourites and ratings each account has, kept by triggers: to count them took as long as there are many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTED = {"favorites": "favorite_count", "ratings": "rating_count"}


def _on_sqlite(table: str, count: str) -> list[str]:
    return [
        f"""
        CREATE TRIGGER {table}_{event} AFTER {event} ON {table} BEGIN
            UPDATE users SET {count} = {count} {step} WHERE id = {row}.user_id;
        END
        """  # noqa: S608  # nosec  # of names that stand above
        for event, row, step in (("insert", "new", "+ 1"), ("delete", "old", "- 1"))
    ]


def _on_postgresql(table: str, count: str) -> list[str]:
    # Once a statement: a row that is changed once for each of many others is found more slowly each time.
    found = []
    for event, rows, step in (("insert", "NEW", "+"), ("delete", "OLD", "-")):
        found += [
            f"""
            CREATE FUNCTION {table}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE users SET {count} = {count} {step} counted.rows
                FROM (SELECT user_id, count(*) AS rows FROM changed GROUP BY user_id) AS counted
                WHERE id = counted.user_id;
                RETURN NULL;
            END $$
            """,  # noqa: S608  # nosec
            f"""
            CREATE TRIGGER {table}_{event} AFTER {event} ON {table}
            REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {table}_{event}()
            """,
        ]
    return found


TRIGGERS = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}


def upgrade() -> None:
    for table, count in COUNTED.items():
        op.add_column("users", sa.Column(count, sa.Integer, nullable=False, server_default="0"))
        op.execute(f"UPDATE users SET {count} = (SELECT count(*) FROM {table} WHERE user_id = users.id)")  # noqa: S608  # nosec
        for statement in TRIGGERS[op.get_bind().dialect.name](table, count):
            op.execute(statement)
