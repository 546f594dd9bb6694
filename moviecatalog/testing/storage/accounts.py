"""Accounts, their names, and whether a token still speaks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from moviecatalog.domain.errors import InvalidToken, NamesTaken, UserNotFound
from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.users import Credentials, Identity, ProfileChange, RefreshToken, User
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.testing.factories import FAR, LONG_AGO, make_credentials, make_facts, make_new_user
from moviecatalog.testing.storage.base import StorageTests, add_movies, add_user, average, rate

SIGNED_IN: dict[str, Callable[[StorageSession, Identity], Any]] = {
    "get": lambda session, identity: session.accounts.get(identity),
    "credentials_of": lambda session, identity: session.accounts.credentials_of(identity),
    "change_password": lambda session, identity: session.accounts.change_password(identity, "hash"),
    "remove": lambda session, identity: session.accounts.remove(identity),
    "owner": lambda session, identity: session.tokens.owner(RefreshToken(identity, "t", "f")),
    "spend": lambda session, identity: session.tokens.spend(RefreshToken(identity, "t", "f"), LONG_AGO),
    "change_profile": lambda session, identity: session.accounts.change_profile(identity, ProfileChange(bio="b")),
    "marks": lambda session, identity: session.library.marks(identity, [1]),
    "marks of nothing": lambda session, identity: session.library.marks(identity, []),
    "standing": lambda session, identity: session.library.standing(1, identity),
    "add_favorite": lambda session, identity: session.library.add_favorite(identity, 1),
    "remove_favorite": lambda session, identity: session.library.remove_favorite(identity, 1),
    "favorites": lambda session, identity: session.library.favorites(identity, 0, 10),
    "rate": lambda session, identity: session.library.rate(identity, 1, RatingChange(1)),
    "change_rating": lambda session, identity: session.library.change_rating(identity, 1, RatingChange(1)),
    "remove_rating": lambda session, identity: session.library.remove_rating(identity, 1),
    "ratings": lambda session, identity: session.library.ratings(identity, 0, 10),
}


def credentials(storage: Storage, name: str) -> Credentials | None:
    with storage.read() as session:
        return session.accounts.credentials(name)


class AccountContract(StorageTests):
    def test_a_new_account_is_active_and_has_what_was_given(self, storage: Storage) -> None:
        added = add_user(storage, username="Zoë", email="Zoe@Example.org", first_name="Zoë", last_name="漢")
        assert (added.username, added.email, added.first_name, added.last_name) == (
            "Zoë",
            "Zoe@Example.org",
            "Zoë",
            "漢",
        )
        assert (added.bio, added.profile_picture, added.is_active, added.token_version) == (None, None, True, 1)
        with storage.read() as session:
            assert session.accounts.get(added.identity) == added

    @pytest.mark.parametrize("name", ["Zoë", "ZOË", "zoe\u0308", "me@example.org", "ME@EXAMPLE.ORG"])
    def test_credentials_are_found_by_username_or_email_however_spelt(self, storage: Storage, name: str) -> None:
        added = add_user(storage, username="Zoë", email="Me@example.org", password_hash="h4sh")
        assert credentials(storage, name) == Credentials(added, "h4sh")

    def test_nobody_has_an_unknown_name(self, storage: Storage, user: User) -> None:
        assert credentials(storage, "zoe") is None
        assert credentials(storage, user.username + "%") is None

    @pytest.mark.parametrize(
        ("username", "email", "taken"),
        [
            ("Ärger", "new@example.org", ("username",)),
            ("ärger", "new@example.org", ("username",)),
            ("new", "first@EXAMPLE.org", ("email",)),
            ("ÄRGER", "FIRST@example.org", ("username", "email")),
            ("first@example.org", "new@example.org", ("username",)),
            ("new", "ärger", ("email",)),
            ("first@example.org", "ärger", ("username", "email")),
        ],
    )
    def test_a_name_belongs_to_one_account_as_username_or_email(
        self, storage: Storage, username: str, email: str, taken: Sequence[str]
    ) -> None:
        add_user(storage, username="Ärger", email="First@example.org")
        with pytest.raises(NamesTaken) as caught:
            add_user(storage, username=username, email=email)
        assert caught.value.fields == tuple(taken)

    def test_a_refused_account_takes_no_name(self, storage: Storage, user: User) -> None:
        with pytest.raises(NamesTaken):
            add_user(storage, username="free", email=user.email)
        assert add_user(storage, username="free").username == "free"

    def test_an_account_may_have_its_email_as_username(self, storage: Storage) -> None:
        added = add_user(storage, username="ME@example.org", email="me@example.org")
        assert credentials(storage, "me@example.org") == Credentials(added, "hash")

    def test_names_that_differ_in_an_accent_are_two_names(self, storage: Storage) -> None:
        assert add_user(storage, username="rene").id != add_user(storage, username="rené").id

    def test_a_change_of_a_profile_touches_what_it_names(self, storage: Storage) -> None:
        old = make_credentials(first_name="A", last_name="B", bio="C", profile_picture="D").user
        storage.write(lambda session: session.restore([Credentials(old, "h")]))
        change = ProfileChange(first_name="", bio=None)
        changed = storage.write(lambda session: session.accounts.change_profile(old.identity, change))
        assert (changed.first_name, changed.last_name, changed.bio, changed.profile_picture) == ("", "B", None, "D")
        assert changed.created_at == LONG_AGO
        assert changed.updated_at > LONG_AGO
        assert credentials(storage, old.username) == Credentials(changed, "h")

    def test_a_change_of_a_profile_touches_one_account(self, storage: Storage, user: User) -> None:
        other = add_user(storage)
        storage.write(lambda session: session.accounts.change_profile(user.identity, ProfileChange(bio="mine")))
        assert credentials(storage, other.username) == Credentials(other, "hash")

    def test_credentials_are_found_by_token(self, storage: Storage, user: User) -> None:
        add_user(storage, password_hash="another")
        with storage.read() as session:
            assert session.accounts.credentials_of(user.identity) == Credentials(user, "hash")

    def test_another_password_ends_the_tokens_and_nothing_else(self, storage: Storage, user: User) -> None:
        other = add_user(storage)
        changed = storage.write(lambda session: session.accounts.change_password(user.identity, "better"))
        assert changed.token_version == user.token_version + 1
        assert changed.is_active
        assert credentials(storage, user.email) == Credentials(changed, "better")
        assert credentials(storage, other.email) == Credentials(other, "hash")

    def test_an_account_that_is_removed_leaves_nothing_but_right_averages(self, storage: Storage, user: User) -> None:
        other = add_user(storage)
        one, two, three = add_movies(storage, make_facts(), make_facts(), make_facts())
        for movie, rating in ((one, 9), (two, 3)):
            rate(storage, user, movie, rating)
        for movie, rating in ((two, 5), (three, 7)):
            rate(storage, other, movie, rating)
        for identity in (user.identity, other.identity):
            storage.write(lambda session, it=identity: session.library.add_favorite(it, one.id))  # type: ignore[misc]
        storage.write(lambda session: session.tokens.end_family(RefreshToken(user.identity, "t", "f"), FAR))
        storage.write(lambda session: session.accounts.remove(user.identity))
        assert [average(storage, movie) for movie in (one, two, three)] == [None, 5, 7]
        assert credentials(storage, user.username) is None
        assert credentials(storage, user.email) is None
        with storage.read() as session:
            left = list(session.dump())
            assert session.library.favorites(other.identity, 0, 10).total == 1
        assert [type(record).__name__ for record in left] == [
            *["Movie"] * 3,
            "Credentials",
            "FavoriteRecord",
            *["RatingRecord"] * 2,
        ]

    def test_the_names_of_an_account_that_was_removed_are_free(self, storage: Storage, user: User) -> None:
        storage.write(lambda session: session.accounts.remove(user.identity))
        again = add_user(storage, username=user.username, email=user.email)
        assert again.id != user.id
        with storage.read() as session, pytest.raises(InvalidToken):
            session.accounts.get(user.identity)

    def test_a_new_hash_leaves_tokens_good(self, storage: Storage, user: User) -> None:
        storage.write(lambda session: session.accounts.set_password_hash(user.id, "better"))
        assert credentials(storage, user.email) == Credentials(user, "better")

    def test_a_new_hash_for_nobody_is_nothing_to_do(self, storage: Storage, user: User) -> None:
        storage.write(lambda session: session.accounts.set_password_hash(user.id + 1, "better"))
        assert credentials(storage, user.email) == Credentials(user, "hash")

    def test_a_deactivated_account_keeps_its_credentials(self, storage: Storage, user: User) -> None:
        inactive = storage.write(lambda session: session.accounts.set_active(user.email.upper(), False))
        assert not inactive.is_active
        assert credentials(storage, user.username) == Credentials(inactive, "hash")

    def test_activation_brings_no_old_token_back(self, storage: Storage, user: User) -> None:
        storage.write(lambda session: session.accounts.set_active(user.username, False))
        active = storage.write(lambda session: session.accounts.set_active(user.username, True))
        with storage.read() as session:
            assert session.accounts.get(active.identity) == active
            with pytest.raises(InvalidToken):
                session.accounts.get(user.identity)

    def test_activating_an_active_account_leaves_its_tokens_good(self, storage: Storage, user: User) -> None:
        active = storage.write(lambda session: session.accounts.set_active(user.username, True))
        assert active.identity == user.identity

    def test_nobody_of_that_name_can_be_activated(self, storage: Storage) -> None:
        with pytest.raises(UserNotFound):
            storage.write(lambda session: session.accounts.set_active("nobody", True))

    @pytest.mark.parametrize("call", SIGNED_IN.values(), ids=SIGNED_IN.keys())
    def test_a_token_of_nobody_of_another_version_or_of_an_inactive_account_is_invalid(
        self, storage: Storage, user: User, call: Callable[[StorageSession, Identity], Any]
    ) -> None:
        inactive = add_user(storage)
        inactive = storage.write(lambda session: session.accounts.set_active(inactive.username, False))
        refused = [
            Identity(999_999_999_999_999_999, 1),
            Identity(user.id, 0),
            Identity(user.id, 2),
            inactive.identity,
        ]
        for identity in refused:
            with pytest.raises(InvalidToken):
                storage.write(lambda session, it=identity: call(session, it))  # type: ignore[misc]

    def test_somebody_elses_names_are_not_told(self, storage: Storage, user: User) -> None:
        with pytest.raises(NamesTaken) as caught:
            storage.write(lambda session: session.accounts.add(make_new_user(username=user.username)))
        assert user.username not in str(caught.value)
