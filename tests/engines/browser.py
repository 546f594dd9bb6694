"""Headless Chromium, as it comes with the system: chromium and chromium-driver, in Debian's words."""

import json
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.engines.binaries import missing

WIDE, NARROW = (1280, 900), (390, 844)


class Browser:
    """One page at a time. `driver` is Selenium's."""

    def __init__(self, folder):
        programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
        if None in programs:
            missing("there is no chromium, or no chromedriver: the system's packages bring them")
        browser, driver = programs
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for argument in (
            "--headless=new",
            # The sandbox wants rights that a container, and root, don't have.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            # Nothing but what the page asks for.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            f"--user-data-dir={folder}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options, Service(driver))
        self.driver.set_page_load_timeout(20)

    def open(self, url, size=WIDE, scheme="light"):
        """A fresh page; what was told about the one before is forgotten."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        self.driver.get(url)

    def complaints(self):
        """What stands in the console: errors of scripts, what couldn't be loaded, what the page's policy forbade."""
        return [it["message"] for it in self.driver.get_log("browser")]

    def asked(self):
        """The addresses that were asked for, but for data that stands in the page itself."""
        events = [json.loads(it["message"])["message"] for it in self.driver.get_log("performance")]
        sent = [it["params"]["request"]["url"] for it in events if it["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith(("data:", "about:"))]

    def run(self, script):
        return self.driver.execute_script(f"return {script}")

    def close(self):
        self.driver.quit()
