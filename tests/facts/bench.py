"""What a measurement works with: one browser, one tab, and servers that it tells what to answer."""

from collections.abc import Callable
from typing import Any

from tests.browser.engines import Browser
from tests.facts.web import Answer, Web

A, B = "a.localhost", "b.localhost"  # sites of their own
LEFT, RIGHT = "left.lab.localhost", "right.lab.localhost"  # siblings
PREFETCH = '<link rel="prefetch" href="{}">'
LINK = '<a href="{}">go</a>'
FORM = '<form method="post" action="{}"><button>go</button></form>'
FRAME = '<iframe src="{}"></iframe>'
IMAGE = '<img src="{}">'
FETCH = '<script>fetch("{}", {{credentials: "include", mode: "no-cors"}})</script>'
CLICKABLE = {LINK: "link", FORM: "button"}


class Bench:
    def __init__(self, browser: Browser, web: Web):
        self.browser = browser
        self.web = web
        self.open()

    def open(self, is_restoring: bool = False) -> None:
        self.browser.open(is_restoring)
        self.tab = self.browser.tab()

    def reopen(self, is_restoring: bool = False) -> None:
        self.browser.close()
        self.open(is_restoring)

    def clear(self) -> None:
        """As if nothing had been measured yet."""
        self.browser.delete_all_cookies()
        self.web.forget()

    def url(self, host: str, path: str = "/", port: int = 0) -> str:
        """The servers have two ports, 0 and 1."""
        return f"http://{host}:{self.web.ports[port]}{path}"

    def show(self, url: str, **answer: Any) -> None:
        """Let that address answer so, and go there."""
        self.answer(url, **answer)
        self.tab.goto(url)

    def answer(self, url: str, **answer: Any) -> None:
        self.web.answers[url] = Answer(**answer)

    def set(self, url: str, *cookies: str) -> None:
        self.show(url, set_cookies=cookies)

    def visit(self, url: str) -> list[str]:
        """The cookies that went there."""
        self.show(url)
        return self.web.request(url).cookies

    def carry(self, cookie: str, setter: str, asked: str) -> str:
        """Whether a cookie that one address sets goes to another."""
        self.set(setter, cookie)
        return sent(self.visit(asked))

    def follow(self, way: str, page: str, target: str) -> None:
        """Be led from a page to another address: a link, a form, or what the page loads by itself."""
        self.show(page, body=way.format(target))
        if way in CLICKABLE:
            self.tab.click(CLICKABLE[way], "go")
        self.web.request(target)

    def sent_to(self, url: str) -> list[str]:
        return self.web.request(url).cookies


Measurement = Callable[[Bench], str]
MEASUREMENTS: dict[str, Measurement] = {}


def measurement(function: Measurement) -> Measurement:
    """It measures the row of its name."""
    MEASUREMENTS[function.__name__] = function
    return function


def sent(cookies: list[str]) -> str:
    return "sent" if cookies else "not sent"


def names(cookies: list[str]) -> str:
    """Which of several were sent."""
    return ", ".join(sorted(cookie.partition("=")[0] for cookie in cookies)) or "nothing"


def values(cookies: list[str]) -> str:
    """In the order in which they were sent."""
    return ", ".join(cookie.partition("=")[2] for cookie in cookies) or "nothing"
