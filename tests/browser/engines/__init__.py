"""One small way to browse, with two real browsers behind it: what is true in both is written once.

A test with the fixture ``sitting``, ``browser_of_each`` or ``emptied_browser`` runs in every engine that is installed,
or in those that ``--engine`` names. ``chromium.py`` stands on Playwright, ``firefox.py`` on WebDriver BiDi, which
Firefox itself speaks.

Whatever is expected of a page may take a moment, so everything here waits for it.
"""

import re
from typing import Any, Protocol

WAIT_TIMEOUT = 20  # seconds


class Part(Protocol):
    """The elements of a page that match a selector and contain a text. They are looked up whenever it is used."""

    def part(self, selector: str, having: str = "") -> "Part":
        """The elements inside these."""

    def text(self) -> str:
        """What the only one of them says."""

    def expect(self, *texts: str | re.Pattern[str]) -> None:
        """Wait until there are exactly so many, each with its text somewhere in it."""

    def expect_count(self, count: int) -> None: ...


class Tab(Protocol):
    @property
    def url(self) -> str: ...

    def goto(self, url: str) -> None:
        """Open that address and wait until the page is loaded."""

    def part(self, selector: str, having: str = "") -> Part: ...

    def click(self, role: str, name: str) -> None:
        """Click on what has this role and exactly this name, as soon as it is there."""

    def fill(self, label: str, text: str) -> None:
        """Write into the field with exactly this label."""

    def resize(self, width: int, height: int) -> None:
        """What the page sees of the window, in pixels."""

    def evaluate(self, function: str, *arguments: object) -> Any:
        """What a function of JavaScript returns in the page, awaited if it is a promise."""


class Browser(Protocol):
    """A browser with a profile folder of its own. Its first ``open`` makes the profile."""

    def open(self, is_restoring: bool = False) -> None:
        """Where it is restoring, it goes on with the tabs of before, as a person may tell it to."""

    def close(self) -> None:
        """As a person does, so that it has time to write down what it keeps."""

    @property
    def version(self) -> str: ...

    def tab(self) -> Tab: ...

    def cookies(self, origin: str) -> dict[str, str]:
        """The cookies of that host alone: name to value."""

    def delete_cookie(self, origin: str, name: str) -> None: ...

    def delete_all_cookies(self) -> None: ...

    def forget(self) -> None:
        """All tabs and all cookies."""
