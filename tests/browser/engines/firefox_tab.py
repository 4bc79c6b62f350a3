"""A tab of Firefox and the parts of its page, in the words of WebDriver BiDi."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.browser.engines import WAIT_TIMEOUT
from tests.browser.engines.bidi import Connection, Refused

T = TypeVar("T")

TEXTS = """steps => {
    const text = element => element.textContent.replace(/\\s+/g, " ").trim();
    const inside = (parts, [selector, having]) => parts
        .flatMap(part => [...part.querySelectorAll(selector)])
        .filter(part => text(part).includes(having));
    return steps.reduce(inside, [document]).map(text);
}"""
IS_LOADED = "() => document.readyState === 'complete'"
SELECT_FIELD = """label => {
    const labels = [...document.querySelectorAll("label")];
    labels.find(one => one.textContent.trim() === label).control.select();
}"""
SCROLL_INTO_VIEW = "element => element.scrollIntoView({block: 'center', behavior: 'instant'})"


class NotYet(AssertionError):
    """What is waited for is not so, for now."""


def until_it_succeeds(attempt: Callable[[], T]) -> T:
    """Its result, as soon as there is one: the page may be on its way still, or be exchanged just now."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while True:
        try:
            return attempt()
        except (NotYet, Refused):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


@dataclass(frozen=True)
class FirefoxPart:
    """``steps`` are the selectors from the page down to here, each with the text that it asks for."""

    tab: "FirefoxTab"
    steps: tuple[tuple[str, str], ...]

    def part(self, selector: str, having: str = "") -> "FirefoxPart":
        return FirefoxPart(self.tab, (*self.steps, (selector, having)))

    def text(self) -> str:
        self.expect_count(1)
        return self.texts()[0]

    def texts(self) -> list[str]:
        found: list[str] = self.tab.evaluate(TEXTS, self.steps)
        return found

    def expect(self, *texts: str | re.Pattern[str]) -> None:
        until_it_succeeds(lambda: self.check(texts))

    def check(self, texts: tuple[str | re.Pattern[str], ...]) -> None:
        found = self.texts()
        if len(found) != len(texts) or not all(map(says, found, texts)):
            raise NotYet(f"{self.steps} says {found}, not {texts}")

    def expect_count(self, count: int) -> None:
        self.expect(*[""] * count)


def says(found: str, text: str | re.Pattern[str]) -> bool:
    return text in found if isinstance(text, str) else bool(text.search(found))


@dataclass(frozen=True)
class FirefoxTab:
    connection: Connection
    context: str  # BiDi's word for a tab

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        return self.connection.send(method, context=self.context, **parameters)

    @property
    def url(self) -> str:
        return str(self.evaluate("() => location.href"))

    def goto(self, url: str) -> None:
        until_it_succeeds(self.check_loaded)  # Firefox loses count of a page that is left on its way
        self.send("browsingContext.navigate", url=url, wait="complete")

    def check_loaded(self) -> None:
        if not self.evaluate(IS_LOADED):
            raise NotYet("the page is still loading")

    def part(self, selector: str, having: str = "") -> FirefoxPart:
        return FirefoxPart(self, ((selector, having),))

    def click(self, role: str, name: str) -> None:
        until_it_succeeds(lambda: self.click_on(self.only({"role": role, "name": name})))

    def only(self, wanted: dict[str, str]) -> dict[str, Any]:
        """The one element of that role and name, on a page that moves no more."""
        self.check_loaded()
        nodes = self.send("browsingContext.locateNodes", locator={"type": "accessibility", "value": wanted})["nodes"]
        if len(nodes) != 1:
            raise NotYet(f"{wanted}: {len(nodes)} of it")
        return {"sharedId": nodes[0]["sharedId"]}

    def click_on(self, element: dict[str, Any]) -> None:
        self.call(SCROLL_INTO_VIEW, element)
        there = {"type": "element", "element": element}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self.perform("pointer", [{"type": "pointerMove", "x": 0, "y": 0, "origin": there}, *press])

    def fill(self, label: str, text: str) -> None:
        until_it_succeeds(lambda: self.evaluate(SELECT_FIELD, label))
        self.perform("key", [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")])

    def perform(self, kind: str, actions: list[dict[str, Any]]) -> None:
        self.send("input.performActions", actions=[{"type": kind, "id": kind, "actions": actions}])

    def resize(self, width: int, height: int) -> None:
        self.send("browsingContext.setViewport", viewport={"width": width, "height": height})

    def evaluate(self, function: str, *arguments: object) -> Any:
        return value_of(self.call(function, *map(local_value, arguments)))

    def call(self, function: str, *arguments: object) -> dict[str, Any]:
        """What it returned, as BiDi writes a value."""
        called = self.connection.send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=arguments,
            target={"context": self.context},
            awaitPromise=True,
        )
        if called["type"] == "exception":
            raise Refused(called["exceptionDetails"]["text"])
        result: dict[str, Any] = called["result"]
        return result


def local_value(value: Any) -> dict[str, Any]:
    """Texts, numbers, and lists of them, as BiDi takes them."""
    if isinstance(value, str):
        return {"type": "string", "value": value}
    if isinstance(value, int):
        return {"type": "number", "value": value}
    return {"type": "array", "value": [local_value(one) for one in value]}


def value_of(remote: dict[str, Any]) -> Any:
    """Texts, numbers, truth, lists, and objects of named values, as BiDi returns them."""
    if remote["type"] == "array":
        return [value_of(one) for one in remote["value"]]
    if remote["type"] == "object":
        return {name: value_of(one) for name, one in remote.get("value", [])}  # of an event, say, nothing is told
    return remote.get("value")
