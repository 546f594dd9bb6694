"""/api/docs/ as a client developer uses it."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.engines.browser import NARROW, WIDE

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


class Docs:
    """The page, whose operations are opened and tried out."""

    def __init__(self, browser, origin, size=WIDE, scheme="light"):
        self.browser = browser
        self.driver = browser.driver
        browser.open(f"{origin}/api/docs/", size, scheme)
        self.until(".opblock")

    def until(self, selector, within=None):
        found = WebDriverWait(self.driver, 15).until(
            lambda driver: (within or driver).find_elements(By.CSS_SELECTOR, selector)
        )
        return found[0]

    def click(self, selector, within=None):
        element = self.until(selector, within)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def open(self, operation):
        block = self.until(f"[id$='-{operation}'].opblock")
        self.click(".opblock-summary-control", block)
        self.click(".try-out__btn", block)
        return block

    def execute(self, block):
        """The status and the JSON of the answer."""
        self.click(".execute", block)
        answer = self.until(".live-responses-table .response", block)
        status = self.until(".response-col_status", answer).text.split()[0]
        body = self.until(".response-col_description .highlight-code code", answer)
        return int(status), json.loads(body.get_attribute("textContent"))

    def send(self, operation, body):
        block = self.open(operation)
        self.fill(self.until("textarea.body-param__text", block), json.dumps(body))
        return self.execute(block)

    def fill(self, field, text):
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text)

    def authorize(self, token):
        self.click(".btn.authorize")
        self.fill(self.until(".dialog-ux input"), token)
        self.click(".dialog-ux button.authorize")
        self.click(".dialog-ux button.btn-done")


@SIZES
@SCHEMES
def test_it_loads_without_complaint_and_fits(browser, origin, size, scheme):
    docs = Docs(browser, origin, size, scheme)
    assert len(docs.driver.find_elements(By.CSS_SELECTOR, ".opblock")) > 30
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= size[0]
    background = browser.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) > 3 * 128) is (scheme == "light")


def test_sign_in_and_a_request_with_the_token_can_be_tried_out(browser, origin, account):
    docs = Docs(browser, origin)
    status, made = docs.send("register", account)
    assert (status, made["user"]["username"]) == (201, account["username"])
    status, signed_in = docs.send("sign_in", {name: account[name] for name in ("username", "password")})
    assert status == 200
    docs.authorize(signed_in["access"])
    status, profile = docs.execute(docs.open("get_profile"))
    assert (status, profile["email"]) == (200, account["email"])
    assert browser.complaints() == []


def test_a_search_can_be_tried_out(browser, origin):
    docs = Docs(browser, origin)
    block = docs.open("search_movies")
    docs.fill(docs.until("[data-param-name=q] input", block), "fight club")
    docs.fill(docs.until("[data-param-name=page_size] input", block), "1")
    status, page = docs.execute(block)
    assert (status, [film["title"] for film in page["results"]]) == (200, ["Fight Club"])
    assert browser.complaints() == []


def test_nothing_is_asked_of_anybody_else(browser, origin):
    docs = Docs(browser, origin)
    docs.execute(docs.open("list_genres"))
    asked = browser.asked()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(f"{origin}/api/")] == []


def test_without_scripts_there_is_a_page_to_read(browser, origin):
    browser.open(f"{origin}/api/docs/plain/", NARROW, "dark")
    assert browser.run("document.querySelectorAll('article').length") > 30
    assert browser.run("document.scripts.length") == 0
    assert browser.run("document.documentElement.scrollWidth") <= NARROW[0]
    assert browser.complaints() == []
