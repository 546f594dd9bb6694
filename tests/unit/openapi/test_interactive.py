from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from moviecatalog.openapi import swagger_ui


@pytest.fixture(scope="module")
def answer(app):
    return app.get("/api/docs/")


@pytest.fixture(scope="module")
def page(answer):
    return BeautifulSoup(answer.text, "html.parser")


def loaded(page):
    return [it["src"] for it in page.find_all("script")] + [it["href"] for it in page.find_all("link")]


def test_all_that_the_page_loads_is_served_here_and_may_be_kept(app, page):
    addresses = loaded(page)
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("/api/docs/assets/")
        found = app.get(address)
        assert found.content_type == ("text/javascript" if ".js" in address else "text/css")
        assert found.headers["Cache-Control"] == "public, max-age=86400"


def test_its_policy_lets_it_run_and_ask_nothing_from_elsewhere(answer, page):
    directives = dict(it.strip().split(" ", 1) for it in answer.headers["Content-Security-Policy"].split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert not any(script.string for script in page.find_all("script"))
    assert not page.find_all(style=True)


def test_the_plain_page_is_a_link_away_and_leads_back(app, page):
    assert page.footer.a["href"] == page.noscript.a["href"] == "/api/docs/plain/"
    plain = BeautifulSoup(app.get("/api/docs/plain/").text, "html.parser")
    assert plain.find("a", href="/api/docs/")


def test_the_sources_attribution_stands_at_its_foot_as_text(page):
    assert "Thanks to <the source> & all." in page.footer.get_text()


def test_without_the_package_the_plain_page_is_there_instead(make_app, monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(swagger_ui, "distribution", missing)
    app = make_app()
    assert app.get("/api/docs/").text == app.get("/api/docs/plain/").text
    app.get("/api/docs/assets/swagger-ui-bundle.js", status=404)
    app.get("/api/docs/assets/style.css", status=200)


def test_a_package_whose_files_are_elsewhere_is_as_good_as_none(monkeypatch, tmp_path):
    class Emptied:
        version = "99"

        def locate_file(self, name):
            return Path(tmp_path, name)

    monkeypatch.setattr(swagger_ui, "distribution", lambda _: Emptied())
    assert swagger_ui.find() is None


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fpy.typed", "../py.typed", "%2Fetc%2Fpasswd", "style.css%00"])
def test_no_other_file_is_an_asset(app, name):
    app.get(f"/api/docs/assets/{name}", status=404)
