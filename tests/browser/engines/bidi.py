"""WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): one command, one answer, over a WebSocket."""

import json
from contextlib import ExitStack
from itertools import count
from typing import Any

from websockets.sync.client import connect


class Refused(Exception):
    """The browser could not do what it was told, perhaps because the page has just gone."""


class Connection:
    def __init__(self, url: str):
        self.opened = ExitStack()
        self.socket = self.opened.enter_context(connect(url, max_size=None, proxy=None))
        self.numbers = count()
        self.capabilities: dict[str, Any] = self.send("session.new", capabilities={})["capabilities"]

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of that command. An answer to an earlier one, for which nobody waits any more, is passed over."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        answer = json.loads(self.socket.recv(timeout=60))
        while answer.get("id") != number:
            answer = json.loads(self.socket.recv(timeout=60))
        if answer["type"] == "error":
            raise Refused(f"{method}: {answer['error']}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def close(self) -> None:
        self.opened.close()
