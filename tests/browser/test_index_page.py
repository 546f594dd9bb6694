"""/api/ as whoever has just started the catalogue opens it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.engines.browser import NARROW, WIDE

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])

POSTERS = "[...document.images].map(it => { it.loading = 'eager'; return it.naturalWidth })"


@SIZES
@SCHEMES
def test_it_loads_without_complaint_and_fits(browser, origin, size, scheme):
    browser.open(f"{origin}/api/", size, scheme)
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= size[0]
    background = browser.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) > 3 * 128) is (scheme == "light")


def test_it_shows_posters_from_where_the_settings_say_and_titles(browser, origin, pictures):
    browser.open(f"{origin}/api/")
    WebDriverWait(browser.driver, 10).until(lambda _: all(browser.run(POSTERS)))
    assert len(browser.run(POSTERS)) == 24
    asked = browser.asked()
    assert len([url for url in asked if url.startswith(f"{pictures.url}w500/poster-")]) == 24
    assert all(url.startswith((f"{origin}/api/", pictures.url)) for url in asked)
    titles = [it.text for it in browser.driver.find_elements(By.CSS_SELECTOR, ".wall .title")]
    assert len(titles) == 24
    assert all(titles)


def test_pictures_from_anywhere_else_are_not_loaded(browser, origin, pictures):
    """What a source says of a film must not make its readers' browsers ask somebody else."""
    browser.open(f"{origin}/api/")
    elsewhere = pictures.url.replace("/t/p/", "/elsewhere.png")
    browser.run(f"(document.images[0].src = '{elsewhere}')")
    WebDriverWait(browser.driver, 10).until(lambda _: "/elsewhere.png" in "".join(browser.complaints()))
    assert "/elsewhere.png" not in pictures.asked


def test_a_link_leads_to_the_documentation(browser, origin):
    browser.open(f"{origin}/api/")
    browser.driver.find_element(By.LINK_TEXT, "Documentation").click()
    WebDriverWait(browser.driver, 10).until(lambda it: it.find_elements(By.CSS_SELECTOR, ".opblock"))
    assert browser.driver.current_url == f"{origin}/api/docs/"
    assert browser.complaints() == []
