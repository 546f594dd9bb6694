"""The kit that every storage passes.

    class TestMyStorage(StorageContract):
        @pytest.fixture
        def make_storage(self, tmp_path):
            def make():
                ...
                return storage

            return make

`make_storage` is all that there is to provide: a function that gives, at each call, another storage, migrated
and empty. Closing them is the fixture's business.
"""

from __future__ import annotations

from moviecatalog.testing.storage.accounts import AccountContract
from moviecatalog.testing.storage.browsing import BrowsingContract
from moviecatalog.testing.storage.concurrency import ConcurrencyContract
from moviecatalog.testing.storage.favorites import FavoriteContract
from moviecatalog.testing.storage.loading import LoadingContract
from moviecatalog.testing.storage.movies import MovieContract
from moviecatalog.testing.storage.ratings import RatingContract
from moviecatalog.testing.storage.restoring import RestoringContract
from moviecatalog.testing.storage.searching import SearchingContract
from moviecatalog.testing.storage.tokens import TokenContract
from moviecatalog.testing.storage.transactions import TransactionContract
from moviecatalog.testing.storage.transfer import TransferContract


class StorageContract(
    TransactionContract,
    MovieContract,
    LoadingContract,
    BrowsingContract,
    SearchingContract,
    AccountContract,
    TokenContract,
    FavoriteContract,
    RatingContract,
    TransferContract,
    RestoringContract,
    ConcurrencyContract,
):
    """Everything that the contract's docstrings promise."""


__all__ = ["StorageContract"]
