import base64
import json
import time

import jwt
import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.users import Identity, User
from moviecatalog.security.tokens import Tokens

SECRET = "a" * 64
OTHER = "b" * 64
USER = User(
    id=7, username="ann", email="ann@example.com", token_version=3, created_at=clock.now(), updated_at=clock.now()
)


@pytest.fixture
def tokens():
    return Tokens((SECRET,), 3_600, 604_800)


class In(int):
    """So many seconds from now."""

    def __repr__(self):
        return f"in {int(self)} s"


def claims(**changes):
    now = int(time.time())
    changes = {name: now + int(value) if isinstance(value, In) else value for name, value in changes.items()}
    found = {
        "sub": "7",
        "typ": "access",
        "jti": "abc",
        "iat": now,
        "exp": now + 3_600,
        "iss": "moviecatalog",
        "aud": "moviecatalog",
        "ver": 3,
    }
    return {name: value for name, value in (found | changes).items() if value is not ...}


def signed(payload, key=SECRET, algorithm="HS256", headers=None):
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers)


def test_a_token_speaks_for_its_user_at_its_version(tokens):
    assert tokens.identity(tokens.access(USER)) == Identity(7, 3)
    assert tokens.refresh_token(tokens.refresh(USER)).identity == Identity(7, 3)


def test_two_tokens_of_one_second_differ(tokens):
    assert tokens.access(USER) != tokens.access(USER)


def test_claims_are_those_of_the_contract(tokens):
    found = jwt.decode(tokens.access(USER), SECRET, algorithms=["HS256"], audience="moviecatalog")
    assert set(found) == set(claims())
    assert (found["sub"], found["typ"], found["ver"], found["exp"] - found["iat"]) == ("7", "access", 3, 3_600)


def test_kinds_are_not_interchangeable(tokens):
    with pytest.raises(InvalidToken):
        tokens.identity(tokens.refresh(USER))
    with pytest.raises(InvalidToken):
        tokens.refresh_token(tokens.access(USER))


def test_the_first_secret_signs_and_all_verify():
    before, after = Tokens((OTHER,), 60, 60), Tokens((SECRET, OTHER), 60, 60)
    assert after.identity(before.access(USER)) == USER.identity
    with pytest.raises(InvalidToken):
        before.identity(after.access(USER))


def test_a_clock_three_seconds_ahead_is_forgiven(tokens):
    ahead = int(time.time()) + 3
    assert tokens.identity(signed(claims(iat=ahead, exp=ahead + 60)))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": ...},
        {"exp": 1},
        {"exp": None},
        {"exp": "abc"},
        {"exp": -1},
        {"exp": 10**400},
        {"exp": float("inf")},
        {"exp": In(10**6)},
        {"nbf": In(999)},
        {"iat": In(999)},
        {"iat": ...},
        {"iat": "now"},
        {"sub": ...},
        {"sub": 7},
        {"sub": None},
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "1 OR 1=1"},
        {"sub": str(10**30)},
        {"sub": "٣"},
        {"aud": ...},
        {"aud": "elsewhere"},
        {"iss": ...},
        {"iss": "elsewhere"},
        {"typ": ...},
        {"typ": "refresh"},
        {"typ": ["access"]},
        {"jti": ...},
        {"jti": 5},
        {"ver": ...},
        {"ver": "3"},
        {"ver": True},
    ],
    ids=str,
)
def test_a_well_signed_token_with_other_claims_is_refused(tokens, changes):
    payload = json.dumps(claims(**changes)).encode()
    token = jwt.api_jws.encode(payload, SECRET, algorithm="HS256")
    with pytest.raises(InvalidToken):
        tokens.identity(token)


def unsigned(algorithm):
    head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode()
    return f"{head}.{body}."


GOOD = signed(claims())


@pytest.mark.parametrize(
    "token",
    [
        unsigned("none"),
        unsigned("None"),
        unsigned("nOnE"),
        signed(claims(), algorithm="HS512"),
        signed(claims(), key=OTHER),
        signed(claims(), headers={"crit": ["a\nCRITICAL forged"]}),
        jwt.api_jws.encode(b"[1]", SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b"\xff", SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b"[" * 3_000, SECRET, algorithm="HS256"),
        GOOD[:-1],
        GOOD.rsplit(".", 1)[0],
        GOOD.rsplit(".", 1)[0] + ".",
        GOOD + ".x",
        "..",
        "a.b.c",
        "",
        "é.é.é",
        "x" * 70_000,
    ],
)
def test_what_is_not_signed_by_us_is_refused(tokens, token):
    with pytest.raises(InvalidToken):
        tokens.identity(token)


@pytest.mark.parametrize(
    "headers", [{"jwk": {"kty": "oct"}}, {"jku": "https://evil.example"}, {"kid": "../../dev/null"}]
)
def test_headers_that_name_another_key_change_nothing(tokens, headers):
    assert tokens.identity(signed(claims(), headers=headers)) == Identity(7, 3)
    with pytest.raises(InvalidToken):
        tokens.identity(signed(claims(), key=OTHER, headers=headers))
