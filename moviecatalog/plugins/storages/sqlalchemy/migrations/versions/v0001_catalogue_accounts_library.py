"""Movies with their search index, accounts, favourites and ratings."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
CODE_POINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

SEARCH_INDEX = {
    "sqlite": (
        """
        CREATE VIRTUAL TABLE movie_search USING fts5(
            search_words, search_genres,
            content='movies', content_rowid='id', tokenize='ascii', detail='column', columnsize=0
        )
        """,
        """
        CREATE TRIGGER movie_search_insert AFTER INSERT ON movies BEGIN
            INSERT INTO movie_search (rowid, search_words, search_genres)
            VALUES (new.id, new.search_words, new.search_genres);
        END
        """,
        """
        CREATE TRIGGER movie_search_update AFTER UPDATE OF id, search_words, search_genres ON movies
        WHEN (old.id, old.search_words, old.search_genres) <> (new.id, new.search_words, new.search_genres) BEGIN
            INSERT INTO movie_search (movie_search, rowid, search_words, search_genres)
            VALUES ('delete', old.id, old.search_words, old.search_genres);
            INSERT INTO movie_search (rowid, search_words, search_genres)
            VALUES (new.id, new.search_words, new.search_genres);
        END
        """,
        """
        CREATE TRIGGER movie_search_delete AFTER DELETE ON movies BEGIN
            INSERT INTO movie_search (movie_search, rowid, search_words, search_genres)
            VALUES ('delete', old.id, old.search_words, old.search_genres);
        END
        """,
    ),
    "postgresql": (
        """
        CREATE INDEX ix_movies_search_words
        ON movies USING gin (array_to_tsvector(string_to_array(search_words, ' ')))
        """,
        "CREATE INDEX ix_movies_search_genres ON movies USING gin (string_to_array(search_genres, ' '))",
    ),
}


def upgrade() -> None:
    _create_movies()
    _create_accounts()
    _create_library()
    _create_catalogue()
    for statement in SEARCH_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_movies() -> None:
    op.create_table(
        "movies",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("namespace", sa.String, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("tmdb_id", ROW_ID),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_key", CODE_POINTS, nullable=False),
        sa.Column("original_title", sa.Text),
        sa.Column("overview", sa.Text, nullable=False),
        sa.Column("release_date", sa.Date),
        sa.Column("poster_path", sa.Text),
        sa.Column("backdrop_path", sa.Text),
        sa.Column("popularity", sa.Double, nullable=False),
        sa.Column("vote_average", sa.Double, nullable=False),
        sa.Column("vote_count", sa.Integer, nullable=False),
        sa.Column("original_language", sa.String),
        sa.Column("genre_ids", sa.Text, nullable=False),
        sa.Column("search_words", sa.Text, nullable=False),
        sa.Column("search_genres", sa.Text, nullable=False),
        sa.Column("rating_sum", ROW_ID, nullable=False, server_default="0"),
        sa.Column("rating_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("refreshed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_movies"),
        sa.UniqueConstraint("namespace", "external_id", name="uq_movies_namespace_external_id"),
    )
    for column in ("title_key", "release_date", "popularity", "vote_average", "created_at"):
        op.create_index(f"ix_movies_{column}", "movies", [column])


def _create_accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("bio", sa.Text),
        sa.Column("profile_picture", sa.Text),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("token_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_names",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_names"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], "fk_sign_in_names_user_id_users", ondelete="CASCADE"),
    )
    op.create_index("ix_sign_in_names_user_id", "sign_in_names", ["user_id"])


def _create_library() -> None:
    op.create_table(
        "favorites",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("movie_id", ROW_ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *_library_constraints("favorites"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ratings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("movie_id", ROW_ID, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("previous_rating", sa.Integer),
        sa.Column("review", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        *_library_constraints("ratings"),
        sqlite_autoincrement=True,
    )
    for table in ("favorites", "ratings"):
        op.create_index(f"ix_{table}_movie_id", table, ["movie_id"])
        op.create_index(f"ix_{table}_user_id_created_at_id", table, ["user_id", "created_at", "id"])


def _library_constraints(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("user_id", "movie_id", name=f"uq_{table}_user_id_movie_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], f"fk_{table}_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], f"fk_{table}_movie_id_movies", ondelete="CASCADE"),
    )


def _create_catalogue() -> None:
    catalogue = op.create_table(
        "catalogue", sa.Column("id", sa.String, nullable=False), sa.PrimaryKeyConstraint("id", name="pk_catalogue")
    )
    op.create_table(
        "catalogue_digests",
        sa.Column("namespace", sa.String, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("namespace", name="pk_catalogue_digests"),
    )
    op.execute(catalogue.insert().values(id=uuid.uuid4().hex))
