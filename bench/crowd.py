"""People without a browser: they sign in, wander, change values, leave in every way, and notice what is not theirs."""

import html
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from tests.processes import Lab

ANSWER_TIMEOUT = 60  # seconds, after which a person gives up
BETWEEN_CLICKS = (0.3, 1.0)  # seconds
LEAVES = 0.02  # of all clicks
MAX_HOPS = 60  # redirects, and pages that load again by themselves, before a person gives up
SITES = ("site_a", "site_b")
PLACES = (("site_a", "/"), ("site_a", "/shelf/"), ("site_b", "/orders/"), ("identity", "/"), ("inspector", "/ladder/"))
PASSWORD = "load"  # of all: to hash one for each would take longer than a run
NAME = re.compile(r"Here you are <strong>([^<]*)</strong>")
MARKERS = re.compile(r"(?:marker-of-|load/)(\w+)")  # a value of a session, and a User-Agent: both name whose it is
SESSION_ENDED = "Session ended meanwhile"
OWN_VALUE = re.compile(r"<code>marker</code> (marker-of-\w+-\d+)</span>")
IN_CART = re.compile(r"Ink, black</th><td>(\d+)</td><td><form method=\"post\" action=\"/cart/remove/")


class Answer(NamedTuple):
    """What became of one request; ``status`` is 0 where no answer came. ``what`` is the page's title, or the error.

    ``began`` and ``ended`` are of ``time.monotonic``. A 503 is honest if it says when to come again, and a 400 if it
    says that a session has ended which this person has just ended elsewhere.
    """

    name: str
    agent: str
    server: str
    method: str
    path: str
    began: float
    ended: float
    status: int
    what: str
    is_honest: bool = False

    @property
    def has_failed(self) -> bool:
        return not self.status or (self.status >= 400 and not self.is_honest)


@dataclass
class Notes:
    """What all people of a crowd have met."""

    answers: list[Answer] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)  # what was of somebody else
    lost: list[str] = field(default_factory=list)  # what a site had acknowledged, and nobody had ended
    seconds_until_in: list[float] = field(default_factory=list)  # of each who was signed in at both sites


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    text: str
    leads_to: str = ""  # by a redirect, or after ``wait`` seconds by itself
    wait: float = 0

    @property
    def name(self) -> str:
        """As whom it greets."""
        greeting = NAME.search(self.text)
        return html.unescape(greeting[1]) if greeting else ""


class NoPage(Exception):
    """No answer came."""


class Browser:
    """Keeps the cookies of each host, and opens a connection for each request, which asks most of a server."""

    def __init__(self, lab: Lab, name: str, agent: str, notes: Notes):
        self.lab = lab
        self.name = name
        self.agent = agent
        self.notes = notes
        self.is_leaving = False  # signed out at Identity, and perhaps not yet at every site
        self.cookies: dict[str, dict[str, str]] = {}  # by host

    def send(self, method: str, url: str, form: dict[str, str] | None = None) -> Page:
        """One request. Raises ``NoPage``."""
        parts = urlsplit(url)
        cookies = self.cookies.setdefault(parts.hostname or "", {})
        headers = {"Host": parts.netloc, "User-Agent": self.agent, "Accept": "text/html", "Connection": "close"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
        connection = self.lab.connection_to(parts.port or 80, ANSWER_TIMEOUT)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        began = time.monotonic()
        try:
            connection.request(method, target, urlencode(form) if form is not None else None, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            self.note(method, parts.port, parts.path, began, 0, type(error).__name__)
            raise NoPage from error
        finally:
            connection.close()
        self.keep(cookies, response.headers.get_all("Set-Cookie", []))
        title = re.search(r"<title>([^<]*)", text)
        again = response.headers.get("Retry-After")
        what = html.unescape(title[1]) if title else response.headers.get("Content-Type", "")
        is_honest = bool(response.status == 503 and again) or (self.is_leaving and what.startswith(SESSION_ENDED))
        self.note(method, parts.port, parts.path, began, response.status, what, is_honest)
        self.check_is_own(f"{method} {parts.netloc}{parts.path}", text)
        wait, _, leads_to = response.headers.get("Refresh", "").partition(";")
        leads_to = response.headers.get("Location") or leads_to.strip().removeprefix("url=") or (url if wait else "")
        return Page(url, response.status, text, leads_to and urljoin(url, leads_to), float(wait or again or 0))

    def note(self, method, port, path, began, status, what, is_honest=False) -> None:
        server = next(name for name, number in self.lab.servers.items() if self.lab.port + number == port)
        ended = time.monotonic()
        answer = Answer(self.name, self.agent, server, method, path, began, ended, status, what, is_honest)
        self.notes.answers.append(answer)

    def keep(self, cookies: dict[str, str], told: Iterable[str]) -> None:
        for one in told:
            name, _, value = one.partition(";")[0].partition("=")
            if "max-age=0" in one.lower():
                cookies.pop(name, None)
            else:
                cookies[name] = value

    def check_is_own(self, where: str, text: str) -> None:
        shown = {html.unescape(name) for name in NAME.findall(text)} | set(MARKERS.findall(text))
        self.notes.mixed.extend(f"{where}: {other} is shown to {self.name}" for other in shown - {self.name})

    def go(self, url: str, form: dict[str, str] | None = None) -> Page:
        """Where that leads, by redirects, and by pages that load again by themselves. Raises ``NoPage``."""
        page = self.send("GET" if form is None else "POST", url, form)
        for _ in range(MAX_HOPS):
            if not page.leads_to:
                return page
            time.sleep(page.wait)
            page = self.send("GET", page.leads_to)
        return page

    def post(self, page: Page, path: str, **typed: str) -> Page:
        """Send a form of that page, with what is hidden in it, to that path; the first answer."""
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        fields = {name: html.unescape(value) for name, value in hidden if name != "opened_in_session"}
        return self.send("POST", urljoin(page.url, path), fields | typed)


class Person:
    """Somebody with two browsers, of whom the second is only there to be ended by the first.

    ``kept`` is what each site has acknowledged: the texts that its page may show. More than one where an answer did not
    say whether it was done; None where this person is not signed in there, or may not be.
    """

    def __init__(self, lab: Lab, name: str, notes: Notes):
        self.lab = lab
        self.name = name
        self.notes = notes
        self.chance = random.Random(name)  # each run is alike
        self.browser = Browser(lab, name, f"load/{name}", notes)
        self.kept: dict[str, set[str] | None] = dict.fromkeys(SITES)
        self.is_in = False
        self.number = 0

    def live(self, arrives: float, until: float, at_last: float) -> None:
        """From one moment to another; who has not been in both sites by then goes on trying ``at_last``."""
        time.sleep(max(0, arrives - time.monotonic()))
        while (now := time.monotonic()) < until or (not self.is_in and now < at_last):
            try:
                self.click()
            except NoPage:
                pass  # it is noted, and what this person expects allows for both
            except Exception as error:
                self.notes.lost.append(f"{self.name} is at a loss: {error!r}")
            if not self.is_in and all(kept is not None for kept in self.kept.values()):
                self.is_in = True
                self.notes.seconds_until_in.append(time.monotonic() - arrives)
            time.sleep(self.chance.uniform(*BETWEEN_CLICKS))

    def click(self) -> None:
        away = [site for site, kept in self.kept.items() if kept is None]
        if away:
            self.sign_in(away[0])
        elif self.is_in and self.chance.random() < LEAVES:
            self.chance.choice(self.ways_to_leave)()
        else:
            self.chance.choice((self.look, self.wander, self.change_value, self.add_to_cart))()

    def origin(self, server: str) -> str:
        return self.lab.origin(server)

    def sign_in(self, site: str) -> None:
        page = self.browser.go(f"{self.origin(site)}/oidc/authenticate/?next=/")
        page = self.at_the_form(self.browser, page)
        if page.url.startswith(self.origin(site)) and page.name == self.name:
            self.kept[site] = self.shown_at(site)
            self.browser.is_leaving = None in self.kept.values()

    def at_the_form(self, browser: Browser, page: Page) -> Page:
        """Fill in Identity's form, if this is it. Who is told that it is busy waits and types again."""
        for _ in range(MAX_HOPS):
            if "/accounts/login/" not in page.url or page.status != 200:
                return page
            answer = browser.post(page, page.url, login=self.name, password=PASSWORD)
            if answer.status == 302:
                return browser.go(answer.leads_to)
            if answer.status != 503:
                return answer
            time.sleep(answer.wait)
        return page

    # What the sites keep.

    def value_at(self, site: str) -> tuple[Page, str]:
        """A page of that site, and what it shows of what this person keeps there."""
        if site == "site_a":
            page = self.browser.go(f"{self.origin(site)}/values/")
            return page, "".join(OWN_VALUE.findall(page.text))
        page = self.browser.go(f"{self.origin(site)}/cart/")
        return page, "".join(IN_CART.findall(page.text)) or "0"

    def shown_at(self, site: str) -> set[str] | None:
        page, shown = self.value_at(site)
        return {shown} if page.status == 200 and page.name == self.name else None

    def look(self) -> None:
        self.look_at(self.chance.choice(SITES))

    def look_at(self, site: str) -> Page:
        """Is it still there?"""
        page, shown = self.value_at(site)
        kept = self.kept[site]
        if page.status == 200 and kept is not None:
            if page.name != self.name:
                self.notes.lost.append(f"{site} does not know {self.name} any more")
                self.kept[site] = None
            elif shown not in kept:
                self.notes.lost.append(f"{site} shows {self.name} {shown!r}, not one of {sorted(kept)}")
                self.kept[site] = {shown}
            else:
                self.kept[site] = {shown}
        return page

    def wander(self) -> None:
        server, path = self.chance.choice(PLACES)
        self.browser.go(self.origin(server) + path)

    def change(self, site: str, path: str, changed: Callable[[str], str], **typed: str) -> None:
        """``changed`` says what the site keeps afterwards, by what it kept before."""
        page = self.look_at(site)
        if page.status != 200 or self.kept[site] is None:
            return
        (before,) = self.kept[site]  # looking left one
        self.kept[site] = {before, changed(before)}  # until an answer says which
        if self.browser.post(page, path, **typed).status == 302:
            self.kept[site] = {changed(before)}

    def change_value(self) -> None:
        self.number += 1
        marker = f"marker-of-{self.name}-{self.number}"
        self.change("site_a", "/values/own/", lambda _: marker, name="marker", value=marker)

    def add_to_cart(self) -> None:
        if self.kept["site_b"] != {"99"}:
            self.change("site_b", "/cart/add/", lambda before: str(int(before) + 1), item="ink")

    # Every way to leave. What a request may have done is not expected any more when it is sent.

    @property
    def ways_to_leave(self) -> tuple[Callable[[], None], ...]:
        return (
            self.sign_out_of_a_site,
            self.sign_out_everywhere,
            self.sign_out_of_identity,
            self.end_another_browser,
            self.forget_cookies,
        )

    def sign_out_of_a_site(self) -> None:
        site = self.chance.choice(SITES)
        page = self.look_at(site)
        self.kept[site] = None
        self.browser.post(page, "/oidc/logout/")

    def sign_out_everywhere(self) -> None:
        page = self.look_at("site_b")
        self.kept = dict.fromkeys(SITES)
        self.browser.is_leaving = True
        answer = self.browser.post(page, "/oidc/logout-everywhere/")
        if answer.status == 302:
            question = self.browser.go(answer.leads_to)
            if question.url.startswith(self.origin("identity")) and question.status == 200:
                self.browser.post(question, "/identity/o/logout/decide", decision="leave")

    def sign_out_of_identity(self) -> None:
        page = self.browser.go(f"{self.origin('identity')}/")
        self.kept = dict.fromkeys(SITES)
        self.browser.is_leaving = True
        self.browser.post(page, "/accounts/logout/")

    def end_another_browser(self) -> None:
        other = Browser(self.lab, self.name, f"load/{self.name} other", self.notes)
        self.at_the_form(other, other.go(f"{self.origin('identity')}/accounts/login/"))
        page = self.browser.go(f"{self.origin('identity')}/sessions/")
        others = re.findall(r"Another session.*?name=\"session\" value=\"(\d+)\"", page.text, re.DOTALL)
        if others and self.browser.post(page, "/sessions/end/", session=others[0]).status == 302:
            left = self.browser.go(f"{self.origin('identity')}/sessions/")
            if f'value="{others[0]}"' in left.text:
                self.notes.lost.append(f"a session that {self.name} ended goes on")

    def forget_cookies(self) -> None:
        self.kept = dict.fromkeys(SITES)
        self.browser.cookies.clear()


def let_live(people: Iterable[Person], arrive: float, seconds: float, at_last: float) -> None:
    """All of them, who come one after the other within so many seconds, for ``seconds``; returns when all are gone."""
    people = list(people)
    begin = time.monotonic()
    until = begin + max(arrive, seconds)
    threads = [
        threading.Thread(target=one.live, args=(begin + arrive * n / len(people), until, until + at_last), daemon=True)
        for n, one in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def counted(answers: Iterable[Answer]) -> Counter[tuple[str, int, str]]:
    """By server, status and what it was."""
    return Counter((answer.server, answer.status, answer.what) for answer in answers)
