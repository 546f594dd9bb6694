"""Refresh tokens that were ended before their time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.records import EndedToken
from moviecatalog.domain.users import RefreshToken, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import FAR
from moviecatalog.testing.storage.base import StorageTests, add_user


def is_good(storage: Storage, token: RefreshToken) -> bool:
    with storage.read() as session:
        try:
            return session.tokens.owner(token).id == token.identity.user_id
        except InvalidToken:
            return False


def spend(storage: Storage, token: RefreshToken) -> User | None:
    return storage.write(lambda session: session.tokens.spend(token, FAR))


def end_family(storage: Storage, token: RefreshToken, until: dt.datetime = FAR) -> None:
    storage.write(lambda session: session.tokens.end_family(token, until))


def remembered(storage: Storage) -> list[str]:
    with storage.read() as session:
        return [record.id for record in session.dump() if isinstance(record, EndedToken)]


class TokenContract(StorageTests):
    @pytest.fixture
    def first(self, user: User) -> RefreshToken:
        return RefreshToken(user.identity, "1", "family of 1")

    @pytest.fixture
    def second(self, user: User) -> RefreshToken:
        return RefreshToken(user.identity, "2", "family of 1")

    @pytest.fixture
    def stranger(self, user: User) -> RefreshToken:
        """Of the same account, from another sign-in."""
        return RefreshToken(user.identity, "3", "family of 3")

    def test_a_token_that_nobody_ended_is_good(self, storage: Storage, user: User, first: RefreshToken) -> None:
        with storage.read() as session:
            assert session.tokens.owner(first) == user
        assert remembered(storage) == []

    def test_a_token_is_spent_once_and_its_followers_are_good(
        self, storage: Storage, user: User, first: RefreshToken, second: RefreshToken
    ) -> None:
        assert spend(storage, first) == user
        assert not is_good(storage, first)
        assert is_good(storage, second)

    def test_a_token_spent_twice_ends_its_family_and_no_other(
        self, storage: Storage, first: RefreshToken, second: RefreshToken, stranger: RefreshToken
    ) -> None:
        spend(storage, first)
        assert spend(storage, first) is None
        assert not is_good(storage, second)
        with pytest.raises(InvalidToken):
            spend(storage, second)
        with pytest.raises(InvalidToken):
            spend(storage, first)
        assert is_good(storage, stranger)

    def test_of_many_who_spend_a_token_at_once_one_gets_the_account(
        self, storage: Storage, user: User, first: RefreshToken, second: RefreshToken
    ) -> None:
        def attempt(_: int) -> User | None:
            try:
                return spend(storage, first)
            except InvalidToken:
                return None

        with ThreadPoolExecutor(8) as pool:
            got = [it for it in pool.map(attempt, range(8)) if it]
        assert got == [user]
        assert not is_good(storage, second)

    def test_a_family_ends_with_any_of_its_tokens(
        self, storage: Storage, first: RefreshToken, second: RefreshToken, stranger: RefreshToken
    ) -> None:
        spend(storage, first)
        end_family(storage, second)
        assert not is_good(storage, second)
        assert is_good(storage, stranger)

    def test_to_end_what_is_ended_is_nothing_to_do(self, storage: Storage, first: RefreshToken) -> None:
        end_family(storage, first)
        end_family(storage, first)
        assert remembered(storage) == ["family of 1"]

    def test_to_end_a_token_of_nobody_is_nothing_to_do(self, storage: Storage, user: User, first: RefreshToken) -> None:
        storage.write(lambda session: session.accounts.remove(user.identity))
        end_family(storage, first)
        assert remembered(storage) == []

    def test_a_token_of_before_a_change_of_password_can_be_ended_all_the_same(
        self, storage: Storage, user: User, first: RefreshToken
    ) -> None:
        storage.write(lambda session: session.accounts.change_password(user.identity, "better"))
        end_family(storage, first)
        assert remembered(storage) == ["family of 1"]

    def test_what_has_expired_is_forgotten(self, storage: Storage, first: RefreshToken, stranger: RefreshToken) -> None:
        end_family(storage, first, clock.now() - dt.timedelta(seconds=1))
        end_family(storage, stranger)
        assert remembered(storage) == ["family of 3"]

    def test_it_is_another_accounts_business_too(self, storage: Storage, first: RefreshToken) -> None:
        other = RefreshToken(add_user(storage).identity, "9", "family of 9")
        end_family(storage, first)
        assert is_good(storage, other)
