"""Which engines there are on this machine, and a browser of each."""

from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser import chromium, firefox
from tests.browser.engines import Browser
from tests.browser.engines.chromium import Chromium
from tests.browser.engines.firefox import Firefox

FIND = {"chromium": chromium.find, "firefox": firefox.find}


def installed_engines() -> list[str]:
    return [engine for engine, find in FIND.items() if find()]


def browser_of(engine: str, folder: Path, playwright: Playwright) -> Browser:
    """Not opened yet. Playwright drives Chromium only, and of it a process has one."""
    return Chromium(folder, playwright.chromium) if engine == "chromium" else Firefox(folder)
