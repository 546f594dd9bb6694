import pytest

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.security.policy import bearer_token


@pytest.mark.parametrize("header", ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"])
def test_the_schemes_case_does_not_matter(header):
    assert bearer_token(header) == "a.b.c"


@pytest.mark.parametrize("header", [None, "", "Basic abc", "JWT abc", "abc"])
def test_another_scheme_is_no_credentials(header):
    assert bearer_token(header) is None


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer  abc",
        "Bearer abc def",
        "Bearer abc ",
        "Bearer é",
        "Bearer\ta.b.c",
        "Bearer a.b.c=",
        "Bearer a.b",
    ],
)
def test_what_is_not_exactly_one_token_is_refused(header):
    with pytest.raises(InvalidToken):
        bearer_token(header)
