"""Pages for who writes a client: all that they show, pasted beside a running server."""

import pytest

from tests.docs.blocks import pages

PAGES = [page for page in pages() if page.startswith("docs/api/")]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_is_what_happens(read_with_a_server, page):
    read_with_a_server(page)
