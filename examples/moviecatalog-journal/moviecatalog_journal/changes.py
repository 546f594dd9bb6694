"""What a transaction changed, as JSON, and back again.

A change is `{"put": {table: [record, …]}, "drop": {table: [key, …]}, "digests": {source: digest}, "last_id": number}`,
of which a line has what changed; the tables are those of the memory storage's State.
"""

from cattrs.preconf.orjson import make_converter

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.memory.state import State

RECORDS = {
    "movies": Movie,
    "accounts": Credentials,
    "favorites": FavoriteRecord,
    "ratings": RatingRecord,
    "ended_tokens": EndedToken,
}

converter = make_converter()


def changes(before: State, after: State) -> dict:
    """Empty where nothing changed. Values are frozen, so another object is another value."""
    changed = {}
    for table in RECORDS:
        old, new = getattr(before, table), getattr(after, table)
        if put := [converter.unstructure(it) for key, it in new.items() if old.get(key) is not it]:
            changed.setdefault("put", {})[table] = put
        if drop := [key for key in old if key not in new]:
            changed.setdefault("drop", {})[table] = drop
    if after.digests != before.digests:
        changed["digests"] = after.digests
    if after.last_id != before.last_id:
        changed["last_id"] = after.last_id
    return changed


def replay(state: State, change: dict) -> None:
    for table, dropped in change.get("drop", {}).items():
        rows = getattr(state, table)
        for key in dropped:
            rows.pop(tuple(key) if isinstance(key, list) else key)
    for table, put in change.get("put", {}).items():
        for record in put:
            state.put(converter.structure(record, RECORDS[table]))
    state.digests = change.get("digests", state.digests)
    state.last_id = change.get("last_id", state.last_id)


def index(state: State) -> None:
    """Which movie has which key, and which account which name, follows from them."""
    state.movie_ids = {movie.key: movie_id for movie_id, movie in state.movies.items()}
    state.names = {
        name_key(name): user_id
        for user_id, account in state.accounts.items()
        for name in (account.user.username, account.user.email)
    }
