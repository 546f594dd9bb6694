"""What the examples' own pages show is what their tests do: `tests/examples` installs them and runs their kits."""

import pytest

from tests.docs.blocks import blocks, pages


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("examples/")])
def test_it_says_how_to_install_choose_and_try_it(page):
    package = page.split("/")[1]
    install, choose, kit = blocks(page)
    assert install.text == f"pip install {package}\n"
    assert choose.language == "ini"
    assert choose.text.split(" = ")[1].split("\n")[0] == package.removeprefix("moviecatalog-")
    assert kit.text == "pip install 'moviecatalog[testing]'\npytest\n"
