import pytest

from moviecatalog.http.request_id import request_id_for


@pytest.mark.parametrize("sent", ["a", "A-Za-z0_9.", "x" * 64])
def test_a_sane_request_id_is_kept(sent):
    assert request_id_for(sent) == sent


@pytest.mark.parametrize("sent", [None, "", "x" * 65, "a b", "a\nb", "é"])
def test_any_other_is_replaced(sent):
    assert request_id_for(sent) != sent


def test_no_two_are_alike():
    assert len({request_id_for(None) for _ in range(1_000)}) == 1_000
