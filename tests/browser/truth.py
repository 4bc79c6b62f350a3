"""What is so, whatever the inspector says: the browser's own jar, and the databases of the servers."""

import base64
import json
import re
import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request, expect

from tests.browser.browsing import Browsing
from tests.processes import Lab

SERVERS = ("identity", "site_a", "site_b")
COOKIE = re.compile(r"\w+_(?:session|csrftoken)")


@dataclass(frozen=True)
class Truth:
    """One server: the cookies of the jar by name, the key in the session cookie, and whom its row names."""

    server: str
    names: frozenset[str]
    key: str
    has_row: bool
    person: str  # empty for nobody


def truth_of(person: Browsing, server: str) -> Truth:
    jar = person.jar(server)
    key = jar.get(f"{server}_session", "")
    data = row_of(person.lab, server, key)
    return Truth(server, frozenset(jar), key, data is not None, person_in(person.lab, server, data or {}))


class Wire:
    """Every request that a browser makes to a server, as the browser itself tells it, the oldest first."""

    def __init__(self, lab: Lab, context: BrowserContext):
        self.origins = {lab.origin(server): server for server in SERVERS}
        self.requests: list[Request] = []
        context.on("request", lambda request: self.requests.append(request))

    @property
    def messages(self) -> list[tuple[str, str, bool]]:
        """Method, path, and whether the session cookie of that server went along; what is no page is left out."""
        return [self.message(request) for request in self.requests if self.server_of(request)]

    def server_of(self, request: Request) -> str:
        url = urlsplit(request.url)
        return "" if url.path.startswith("/static/") else self.origins.get(f"{url.scheme}://{url.netloc}", "")

    def message(self, request: Request) -> tuple[str, str, bool]:
        sent = request.all_headers().get("cookie", "")
        return request.method, urlsplit(request.url).path, f"{self.server_of(request)}_session=" in sent


def asked(lab: Lab, server: str, sql: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(lab.state / "var" / f"{server}.sqlite3", timeout=20)) as database:
        found = database.execute(sql, values).fetchall()
        database.commit()
        return found


def row_of(lab: Lab, server: str, key: str) -> dict[str, Any] | None:
    """The data of a row whose date has not passed; its signature is not looked at."""
    found = asked(lab, server, "SELECT session_data, expire_date FROM django_session WHERE session_key = ?", key)
    if not found or datetime.fromisoformat(found[0][1]).replace(tzinfo=UTC) <= datetime.now(UTC):
        return None
    payload = found[0][0].rsplit(":", 2)[0]
    is_compressed = payload.startswith(".")
    data = base64.urlsafe_b64decode(payload.lstrip(".") + "===")
    return json.loads(zlib.decompress(data) if is_compressed else data)


def person_in(lab: Lab, server: str, data: dict[str, Any]) -> str:
    """Whom the row names, if the server accepts them: not who is disabled."""
    sql = "SELECT coalesce(nullif(first_name, ''), username) FROM auth_user WHERE id = ? AND is_active"
    found = asked(lab, server, sql, data.get("_auth_user_id"))
    return found[0][0] if found else ""


def expect_truth(inspector: Browsing, person: Browsing, amiss: str = "") -> None:
    """Every word of *Side by side* that is about the present is what is so. Each server was visited just before.

    ``amiss`` begins the sentence about what went wrong before, which stands where cookies are counted otherwise.
    """
    truths = [truth_of(person, server) for server in SERVERS]
    for truth in truths:
        expect_column(inspector, truth)
    expect_headline(inspector, truths, amiss)
    expect_matrix(inspector, truths)


def expect_column(inspector: Browsing, truth: Truth) -> None:
    column = inspector.page.locator(f"section[aria-labelledby=column-{truth.server}]")
    expect(column.locator(".you")).to_contain_text(f"Here you are {truth.person or 'not signed in'}")
    if not truth.has_row:  # then there is no user whom the server could refuse
        expect(column.locator(".you")).not_to_have_text(re.compile("backend|disabled|password"))
    kept = column.locator("dl.kept dt > .cookie").all_text_contents()
    assert {COOKIE.search(text)[0] for text in kept} == truth.names
    keys = column.locator("dl.sheet dd > .key").all_text_contents()
    assert keys[:1] == ([f"{truth.key[:6]}…"] if truth.has_row else [])


def expect_headline(inspector: Browsing, truths: list[Truth], amiss: str) -> None:
    heading = inspector.page.get_by_role("heading", level=1).inner_text()
    people = {truth.person for truth in truths if truth.person}
    if len(people) == 1 and all(truth.person for truth in truths):
        assert heading == f"All three say you are {people.pop()}."
    for name in people:
        assert f"you are {name}" in heading
    strangers = [truth for truth in truths if not truth.person]
    assert ("not know you" in heading) == bool(strangers), heading
    holding = [truth for truth in truths if truth.key]
    words = {0: "A stranger to ", 1: "One session cookie, at ", 2: "Two servers, ", 3: "Three servers, "}
    lead = inspector.page.locator("#beside").inner_text()
    assert lead.startswith(amiss or words[len(holding)]), lead


def expect_matrix(inspector: Browsing, truths: list[Truth]) -> None:
    """No cookie went to another server than its own; each one's own cell is marked, and the others are not."""
    for truth in truths:
        for name in truth.names:
            row = inspector.page.locator(".matrix tbody tr").filter(
                has=inspector.page.get_by_role("rowheader", name=name, include_hidden=True)  # some are folded
            )
            marks = [(cell.get_attribute("class") or "").split()[0] for cell in row.locator("td:not(.devtools)").all()]
            assert [mark == "yes" for mark in marks] == [server == truth.server for server in SERVERS], (name, marks)


def expect_ladder(inspector: Browsing, wire: Wire) -> None:
    """The arrows from the browser are the requests that it made, each with the session cookie that it sent or none."""
    inspector.visit("inspector", "/ladder/")
    rungs = inspector.page.locator(".rung:has(> .message)").all()
    shown = sorted(shown_of(rung) for rung in rungs if "browser →" in rung.locator("> .message").first.text_content())
    found = [asked for _, *asked in shown]
    made = wire.messages
    assert made, "nothing was asked"
    assert found[-len(made) :] == [list(one) for one in made], (found, made)


def shown_of(rung) -> tuple[str, str, str, bool]:
    """Time, method and path of a request, and whether a session cookie came with it. Equal clicks stand together, so
    the order on the page is not that of the time."""
    at = rung.locator("> .at time").get_attribute("datetime")
    sent = rung.locator("> .message").first.text_content()
    return at, *line_of(rung.locator("> .open").text_content()), "sent " in sent and "_session " in sent


def line_of(text: str) -> tuple[str, str]:
    method, path = re.search(r"(GET|POST|HEAD) (/[^\s?…]*)", text).groups()
    return method, path
