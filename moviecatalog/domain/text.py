"""Text as it is compared: words of titles for the search, keys of names for uniqueness.

Both are computed here, in Python, so that every storage sees the same words and the same keys.
"""

from __future__ import annotations

import unicodedata

MAX_WORD = 200


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`, each once, in order of appearance.

    NFKC, case and accents folded; letters and digits make words, everything else separates. Of a word of
    more than 200 characters the first 200 count: indexes take no longer ones.
    """
    found = "".join(c if c.isalnum() else " " for c in title_key(text)).split()
    return tuple(dict.fromkeys(word[:MAX_WORD] for word in found))


def title_key(title: str) -> str:
    """What titles are ordered by, code point by code point: NFKC, case and accents folded."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", title).casefold())
    return "".join(c for c in folded if not unicodedata.category(c).startswith("M"))


def name_key(name: str) -> str:
    """What two spellings of a username or an email share when they are the same name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
