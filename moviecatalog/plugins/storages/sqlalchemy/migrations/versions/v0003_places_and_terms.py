"""A place in line for each movie, and a search index by places and terms; see `places` and `terms`.

Both need what Python computes of each movie, by the rules of the version that migrates: whoever changes those adds a
migration that computes it anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.plugins.storages.sqlalchemy.columns import IntegerList
from moviecatalog.plugins.storages.sqlalchemy.places import FIRST_PLACE, settle
from moviecatalog.plugins.storages.sqlalchemy.popularity import popularity_key
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.terms import search_terms

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 5_000

movies = sa.table(
    "movies",
    sa.column("id", ROW_ID),
    sa.column("title", sa.Text),
    sa.column("original_title", sa.Text),
    sa.column("release_date", sa.Date),
    sa.column("popularity", sa.Double),
    sa.column("vote_average", sa.Double),
    sa.column("original_language", sa.String),
    sa.column("genre_ids", IntegerList),
    sa.column("search_terms", sa.Text),
    sa.column("popularity_key", sa.BigInteger),
)
FACTS = [it for it in movies.c if it.name not in ("id", "search_terms", "popularity_key")]

WITHOUT_THE_OLD_INDEX = {
    "sqlite": (
        "DROP TRIGGER movie_search_insert",
        "DROP TRIGGER movie_search_update",
        "DROP TRIGGER movie_search_delete",
        "DROP TABLE movie_search",
    ),
    "postgresql": ("DROP INDEX ix_movies_search_words", "DROP INDEX ix_movies_search_genres"),
}

# The tokenizer `ascii` leaves everything beyond ASCII alone: terms come folded and split already. Nothing is ranked and
# no phrase is sought, so neither positions nor sizes are kept, and the text stays in `movies` alone. A beginning of
# each length is a term of its own: one that had to be put together of all that begins so would take as long as that.
ON_SQLITE = (
    f"ALTER TABLE movies ADD COLUMN place INTEGER GENERATED ALWAYS AS (popularity_key * {2**32} + id) VIRTUAL",
    "CREATE INDEX ix_movies_place ON movies (place)",
    """
    CREATE VIRTUAL TABLE movie_search USING fts5(
        terms, content='', tokenize='ascii', detail='none', columnsize=0, prefix='1 2 3 4 5 6 7 8 9 10 11 12'
    )
    """,
    # What is written at once becomes one piece of the index up to this size, in bytes, and so many pieces become one:
    # the index grows by the ten thousand films, or by a few.
    "INSERT INTO movie_search (movie_search, rank) VALUES ('hashsize', 33554432), ('automerge', 16)",
    "INSERT INTO movie_search (rowid, terms) SELECT place, search_terms FROM movies ORDER BY place",
    "INSERT INTO movie_search (movie_search) VALUES ('optimize')",
    "CREATE TABLE movie_search_changes (place INTEGER NOT NULL, terms TEXT NOT NULL, step INTEGER NOT NULL)",
    """
    CREATE TRIGGER movies_insert AFTER INSERT ON movies BEGIN
        UPDATE place_blocks SET size = size + 1
        WHERE start = (SELECT max(start) FROM place_blocks WHERE start <= new.place);
        INSERT INTO movie_search_changes VALUES (new.place, new.search_terms, 1);
    END
    """,
    """
    CREATE TRIGGER movies_move AFTER UPDATE OF id, popularity_key ON movies WHEN old.place <> new.place BEGIN
        UPDATE place_blocks SET size = size - 1
        WHERE start = (SELECT max(start) FROM place_blocks WHERE start <= old.place);
        UPDATE place_blocks SET size = size + 1
        WHERE start = (SELECT max(start) FROM place_blocks WHERE start <= new.place);
    END
    """,
    """
    CREATE TRIGGER movies_update AFTER UPDATE OF id, popularity_key, search_terms ON movies
    WHEN (old.place, old.search_terms) <> (new.place, new.search_terms) BEGIN
        INSERT INTO movie_search_changes VALUES (old.place, old.search_terms, -1), (new.place, new.search_terms, 1);
    END
    """,
    """
    CREATE TRIGGER movies_delete AFTER DELETE ON movies BEGIN
        UPDATE place_blocks SET size = size - 1
        WHERE start = (SELECT max(start) FROM place_blocks WHERE start <= old.place);
        INSERT INTO movie_search_changes VALUES (old.place, old.search_terms, -1);
    END
    """,
)

# Who counts has the blocks to themselves until their commit. Otherwise a movie might be counted in a block whose second
# half another transaction has just made a block of its own.
ON_POSTGRESQL = (
    f"ALTER TABLE movies ADD COLUMN place bigint GENERATED ALWAYS AS (popularity_key * {2**32} + id) STORED",
    "CREATE INDEX ix_movies_place ON movies (place)",
    # The other index on it has those without a date first when it is read backwards.
    "CREATE INDEX ix_movies_release_date_latest ON movies (release_date DESC NULLS LAST, id)",
    "CREATE TABLE movie_search (movie_id bigint PRIMARY KEY, place bigint NOT NULL, terms tsvector NOT NULL)",
    """
    INSERT INTO movie_search
    SELECT id, place, array_to_tsvector(string_to_array(search_terms, ' ')) FROM movies ORDER BY id
    """,
    "CREATE INDEX ix_movie_search_terms ON movie_search USING gin (terms)",
    """
    CREATE FUNCTION count_places(places bigint[], step integer) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(30803326826541164);
        UPDATE place_blocks SET size = size + step * counted.movies
        FROM (
            SELECT (SELECT max(start) FROM place_blocks WHERE start <= place) AS start, count(*) AS movies
            FROM unnest(places) AS place
            GROUP BY 1
        ) AS counted
        WHERE place_blocks.start = counted.start;
    END $$
    """,
    """
    CREATE FUNCTION movies_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM new_movies) THEN
            PERFORM count_places((SELECT array_agg(place) FROM new_movies), 1);
            INSERT INTO movie_search
            SELECT id, place, array_to_tsvector(string_to_array(search_terms, ' ')) FROM new_movies;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION movies_updated() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed bigint[];
        before bigint[];
        after bigint[];
    BEGIN
        -- Nearly always none: what changes is what users made of a movie.
        SELECT array_agg(id), array_agg(old_movies.place), array_agg(new_movies.place) INTO changed, before, after
        FROM old_movies JOIN new_movies USING (id)
        WHERE (old_movies.place, old_movies.search_terms) <> (new_movies.place, new_movies.search_terms);
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
        PERFORM count_places(before, -1);
        PERFORM count_places(after, 1);
        -- By their ids: of how few movies there are here the planner knows nothing, and would read all.
        UPDATE movie_search
        SET place = new_movies.place, terms = array_to_tsvector(string_to_array(new_movies.search_terms, ' '))
        FROM new_movies
        WHERE movie_id = ANY (changed) AND id = movie_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION movies_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM old_movies) THEN
            PERFORM count_places((SELECT array_agg(place) FROM old_movies), -1);
            DELETE FROM movie_search WHERE movie_id = ANY (ARRAY (SELECT id FROM old_movies));
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER movies_inserted AFTER INSERT ON movies
    REFERENCING NEW TABLE AS new_movies FOR EACH STATEMENT EXECUTE FUNCTION movies_inserted()
    """,
    """
    CREATE TRIGGER movies_updated AFTER UPDATE ON movies
    REFERENCING OLD TABLE AS old_movies NEW TABLE AS new_movies FOR EACH STATEMENT EXECUTE FUNCTION movies_updated()
    """,
    """
    CREATE TRIGGER movies_deleted AFTER DELETE ON movies
    REFERENCING OLD TABLE AS old_movies FOR EACH STATEMENT EXECUTE FUNCTION movies_deleted()
    """,
)

WITH_THE_NEW_ONE = {"sqlite": ON_SQLITE, "postgresql": ON_POSTGRESQL}


def upgrade() -> None:
    connection = op.get_bind()
    engine = connection.dialect.name
    for statement in WITHOUT_THE_OLD_INDEX[engine]:
        op.execute(statement)
    for column in ("search_words", "search_genres"):
        op.execute(f"ALTER TABLE movies DROP COLUMN {column}")
    op.add_column("movies", sa.Column("search_terms", sa.Text, nullable=False, server_default=""))
    op.add_column("movies", sa.Column("popularity_key", sa.BigInteger, nullable=False, server_default="0"))
    _compute(connection)
    # Of one moment there may be thousands, after an import: here they are in the order of their ids.
    op.create_index("ix_movies_created_at_latest", "movies", [sa.text("created_at DESC"), "id"])
    blocks = op.create_table(
        "place_blocks",
        sa.Column("start", ROW_ID, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("start", name="pk_place_blocks"),
    )
    for statement in WITH_THE_NEW_ONE[engine]:
        op.execute(statement)
    number = connection.execute(sa.select(sa.func.count()).select_from(movies)).scalar_one()
    op.execute(blocks.insert().values(start=FIRST_PLACE, size=number))
    settle(Statements(lambda: connection, context.config.attributes["dialect"]))


def _compute(connection: sa.Connection) -> None:
    last = 0
    page = sa.select(movies.c.id, *FACTS).where(movies.c.id > sa.bindparam("last")).order_by(movies.c.id).limit(BATCH)
    change = (
        sa.update(movies)
        .where(movies.c.id == sa.bindparam("movie"))
        .values(search_terms=sa.bindparam("terms"), popularity_key=sa.bindparam("key"))
    )
    while rows := connection.execute(page, {"last": last}).all():
        last = rows[-1].id
        connection.execute(change, [_computed(row) for row in rows])


def _computed(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    facts = MovieFacts(namespace="", external_id="", **{it.name: getattr(row, it.name) for it in FACTS})
    return {"movie": row.id, "terms": search_terms(facts), "key": popularity_key(facts.popularity)}
