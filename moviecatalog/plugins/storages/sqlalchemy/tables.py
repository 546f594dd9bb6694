"""The tables, as this version's statements see them; `migrations` makes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from moviecatalog.plugins.storages.sqlalchemy.columns import CodePoints, IntegerList, RowId, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

ID_BITS = 32
"""What a movie's id takes of its place."""

# `title_key`, `search_terms` and `popularity_key` are computed in Python, so that titles come in the same order, words
# are the same, and movies stand in the same line, whatever the engine. The engine's triggers keep `place_blocks` and
# the search index, which each engine has of its own kind.
movies = Table(
    "movies",
    metadata,
    # Without AUTOINCREMENT, unlike the others: an upsert burns one of its numbers for each movie that is there
    # already, and it would only guard the numbers of deleted movies, of which there are none.
    Column("id", RowId, primary_key=True),
    Column("namespace", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("tmdb_id", RowId),
    Column("title", Text, nullable=False),
    Column("title_key", CodePoints, nullable=False, index=True),
    Column("original_title", Text),
    Column("overview", Text, nullable=False),
    Column("release_date", Date, index=True),
    Column("poster_path", Text),
    Column("backdrop_path", Text),
    Column("popularity", Double, nullable=False, index=True),
    Column("vote_average", Double, nullable=False, index=True),
    Column("vote_count", Integer, nullable=False),
    Column("original_language", String),
    Column("genre_ids", IntegerList, nullable=False),
    Column("search_terms", Text, nullable=False),
    Column("popularity_key", BigInteger, nullable=False),
    Column("place", RowId, Computed(f"popularity_key * {2**ID_BITS} + id"), index=True),
    Column("rating_sum", RowId, nullable=False, server_default="0"),
    Column("rating_count", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("refreshed_at", UtcDateTime, nullable=False),
    UniqueConstraint("namespace", "external_id"),
)

# Triggers keep `favorite_count` and `rating_count`, whatever statement or foreign key brought a row or took it away.
users = Table(
    "users",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("username", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("bio", Text),
    Column("profile_picture", Text),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("token_version", Integer, nullable=False, server_default="1"),
    Column("favorite_count", Integer, nullable=False, server_default="0"),
    Column("rating_count", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# Usernames and emails are one space: whoever could register somebody's email as a username could sign in by it.
sign_in_names = Table(
    "sign_in_names",
    metadata,
    Column("key", Text, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Refresh tokens and families of them that were ended. The times are for forgetting them.
ended_tokens = Table(
    "ended_tokens",
    metadata,
    Column("id", CodePoints, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

favorites = Table(
    "favorites",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("movie_id", ForeignKey("movies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "movie_id"),
    Index(None, "user_id", "created_at", "id"),
    sqlite_autoincrement=True,
)

# `previous_rating` is what the last change replaced, None in a new row: an upsert can hand back only what it
# stored, and the movie's sum must move by exactly the difference.
ratings = Table(
    "ratings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("movie_id", ForeignKey("movies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rating", Integer, nullable=False),
    Column("previous_rating", Integer),
    Column("review", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "movie_id"),
    Index(None, "user_id", "created_at", "id"),
    sqlite_autoincrement=True,
)

# See `places`.
place_blocks = Table(
    "place_blocks",
    metadata,
    Column("start", RowId, primary_key=True),
    Column("size", Integer, nullable=False),
)

catalogue = Table("catalogue", metadata, Column("id", String, primary_key=True))

catalogue_digests = Table(
    "catalogue_digests",
    metadata,
    Column("namespace", String, primary_key=True),
    Column("digest", Text, nullable=False),
)
