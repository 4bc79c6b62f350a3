"""Chromium, driven by Playwright."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, expect

from tests.browser import chromium
from tests.browser.engines import WAIT_TIMEOUT

TIMEOUT = WAIT_TIMEOUT * 1000  # Playwright counts milliseconds


@dataclass(frozen=True)
class ChromiumPart:
    found: Locator

    def part(self, selector: str, having: str = "") -> "ChromiumPart":
        return ChromiumPart(self.found.locator(selector, has_text=having))

    def text(self) -> str:
        return self.found.inner_text()

    def expect(self, *texts: str | re.Pattern[str]) -> None:
        patterns = [re.compile(re.escape(text)) if isinstance(text, str) else text for text in texts]
        expect(self.found).to_have_text(patterns, timeout=TIMEOUT)

    def expect_count(self, count: int) -> None:
        expect(self.found).to_have_count(count, timeout=TIMEOUT)


@dataclass(frozen=True)
class ChromiumTab:
    page: Page

    @property
    def url(self) -> str:
        return self.page.url

    def goto(self, url: str) -> None:
        self.page.goto(url)

    def part(self, selector: str, having: str = "") -> ChromiumPart:
        return ChromiumPart(self.page.locator(selector, has_text=having))

    def click(self, role: Any, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def evaluate(self, function: str, *arguments: object) -> Any:
        return self.page.evaluate(f"given => ({function})(...given)", arguments)


class Chromium:
    def __init__(self, folder: Path, browser_type: BrowserType, trusts_all: bool = False):
        """``trusts_all``: whoever signed a certificate."""
        self.folder = folder
        self.browser_type = browser_type
        self.trusts_all = trusts_all

    def open(self, is_restoring: bool = False) -> None:
        if is_restoring:
            self.go_on_where_it_left_off()
        self.context: BrowserContext = self.browser_type.launch_persistent_context(
            self.folder,
            executable_path=chromium.find(),
            args=chromium.arguments(),
            ignore_https_errors=self.trusts_all,
        )

    def go_on_where_it_left_off(self) -> None:
        """As in its settings, "On startup"; it reads them when it starts."""
        file = self.folder / "Default" / "Preferences"
        preferences = json.loads(file.read_text())
        file.write_text(json.dumps({**preferences, "session": {"restore_on_startup": 1}}))

    def close(self) -> None:
        self.context.close()

    @property
    def version(self) -> str:
        assert self.context.browser
        return self.context.browser.version

    def tab(self) -> ChromiumTab:
        return ChromiumTab(self.context.new_page())

    def cookies(self, origin: str) -> dict[str, str]:
        host = urlsplit(origin).hostname
        return {one["name"]: one["value"] for one in self.context.cookies() if one["domain"] == host}

    def delete_cookie(self, origin: str, name: str) -> None:
        self.context.clear_cookies(name=name, domain=urlsplit(origin).hostname)

    def delete_all_cookies(self) -> None:
        self.context.clear_cookies()

    def forget(self) -> None:
        for page in self.context.pages[1:]:  # with the first, with which it began, it would end
            page.close()
        self.delete_all_cookies()
