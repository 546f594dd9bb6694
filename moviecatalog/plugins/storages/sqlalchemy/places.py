"""Where each movie stands among all of them, most popular first: so a page is found without what comes before it.

A movie's place is one integer, made of its popularity and its id; no two movies share one, and it moves when the
popularity does. `place_blocks` cuts the line of places into blocks, each with its first place and the number of movies
in it, which the database's triggers keep. What begins at position n is in the block where the sum of sizes passes n, at
most two blocks' lengths of an index away; the number of all movies is the sum of all sizes.

A rank for each movie would be quicker still, but one movie that rises would move thousands of others.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, insert, literal, select, update

from moviecatalog.plugins.storages.sqlalchemy.rows import MOVIE_COLUMNS
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import ID_BITS, movies, place_blocks

BLOCK = 4_096
FIRST_PLACE = -(2**63 - 1)
LAST_PLACE = 2**63 - 1


def number_of_movies() -> ColumnElement[int]:
    """Kept, not counted."""
    return select(func.coalesce(func.sum(place_blocks.c.size), 0)).scalar_subquery()


def page(offset: int) -> Select[Any]:
    """The movies from position `offset` on, `limit` of them at most, each with the number of all."""
    return _NEAR if offset <= BLOCK else _FAR


def _from(start: ColumnElement[int], skipped: ColumnElement[int]) -> Select[Any]:
    # A place tells the id, so that no row is looked at of a movie that is skipped.
    ids = select(movies.c.place.op("&")(2**ID_BITS - 1)).where(movies.c.place >= start)
    ids = ids.order_by(movies.c.place).offset(skipped).limit(bindparam("limit"))
    return select(*MOVIE_COLUMNS, number_of_movies()).where(movies.c.id.in_(ids)).order_by(movies.c.place)


def _far() -> Select[Any]:
    upto = select(
        place_blocks.c.start,
        place_blocks.c.size,
        func.sum(place_blocks.c.size).over(order_by=place_blocks.c.start).label("upto"),
    ).subquery()
    block = (
        select(upto.c.start, (OFFSET - (upto.c.upto - upto.c.size)).label("skipped"))
        .where(upto.c.upto > OFFSET)
        .order_by(upto.c.start)
        .limit(1)
        .cte("block")
    )
    # Past the end there is no block, and no place that is behind it.
    skipped = func.coalesce(select(block.c.skipped).scalar_subquery(), 0)
    return _from(select(block.c.start).scalar_subquery(), skipped)


OFFSET: ColumnElement[int] = bindparam("offset", type_=place_blocks.c.start.type)

_NEAR = _from(literal(FIRST_PLACE, place_blocks.c.start.type), OFFSET)
_FAR = _far()

CROWDED = select(exists().where(place_blocks.c.size > 2 * BLOCK))


def settle(statements: Statements) -> None:
    """Have the index know what was stored, and cut blocks that have grown long. Once for each statement that stores."""
    for statement in statements.dialect.index_changes:
        statements.run(statement)
    if statements.all(CROWDED)[0][0]:
        statements.run(_SPLIT)
        statements.run(update(place_blocks).where(place_blocks.c.size > 2 * BLOCK).values(size=BLOCK))


def _split() -> Any:
    """Insert what a long block is cut into, but for the first piece, which keeps its row."""
    after = func.lead(place_blocks.c.start, 1, literal(LAST_PLACE, place_blocks.c.start.type))
    all_blocks = select(place_blocks, after.over(order_by=place_blocks.c.start).label("after")).subquery()
    within = select(all_blocks).where(all_blocks.c.size > 2 * BLOCK).subquery()
    numbered = (
        select(
            movies.c.place,
            (func.row_number().over(partition_by=within.c.start, order_by=movies.c.place) - 1).label("number"),
            func.count().over(partition_by=within.c.start).label("total"),
        )
        .join_from(within, movies, (movies.c.place >= within.c.start) & (movies.c.place < within.c.after))
        .subquery()
    )
    left = numbered.c.total - numbered.c.number
    pieces = select(numbered.c.place, case((left < BLOCK, left), else_=BLOCK)).where(
        numbered.c.number > 0, numbered.c.number % BLOCK == 0
    )
    return insert(place_blocks).from_select(["start", "size"], pieces)


_SPLIT = _split()
