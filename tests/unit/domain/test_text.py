import pytest

from moviecatalog.domain.text import name_key, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fight Club", ("fight", "club")),
        ("WALL·E", ("wall", "e")),
        ("Amélie", ("amelie",)),
        ("Ame\u0301lie", ("amelie",)),
        ("[REC]²", ("rec", "2")),
        ("Dr. Strangelove or: How", ("dr", "strangelove", "or", "how")),
        ("STRASSE Straße", ("strasse",)),
        ("千と千尋の神隠し", ("千と千尋の神隠し",)),
        ("ﬁn", ("fin",)),
        ("%_'\";--*", ()),
        ("", ()),
    ],
)
def test_letters_and_digits_make_folded_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("Bob", "bob"), ("\uff42\uff4f\uff42", "bob"), ("STRASSE", "straße"), ("é", "e\u0301")]
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other)


def test_accents_make_another_name():
    assert name_key("rene") != name_key("rené")
