"""What a browser fetches: for a click while the ladder is open in another tab, and of files that it has already."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import BrowserContext, Page

from bench.browser import lab_and_browser
from bench.client import expect_equal
from bench.figures import Figure, Part, Scale
from tests.browser.browsing import Browsing

FETCHED, DELAY = "a click: what the open ladder fetches", "a click: from the response to the rung on the open ladder"
STATIC = "static files fetched again by the next pages"
LIMITS = {FETCHED: 5, DELAY: 300, STATIC: 0}
RUNGS = 60  # on a full ladder
CLICKS_IN_A_ROUND = 2
QUIET = 500  # milliseconds, for what still comes after the last click
PAGES = [  # first the ones, then the others
    [("site_a", "/"), ("site_b", "/"), ("identity", "/"), ("inspector", "/")],
    [("site_a", "/values/"), ("site_b", "/cart/"), ("identity", "/session/"), ("inspector", "/visitors/")],
]
NEXT_RUNG = """
() => {
  const newest = () => Math.max(...[...document.querySelectorAll(".rung")].map((rung) => Number(rung.id.slice(1))));
  const known = newest();
  window.nextRung = new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => {
      if (newest() <= known) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    observer.observe(document.getElementById("ladder"), { childList: true, subtree: true });
    setTimeout(() => reject(new Error("no rung in ten seconds")), 10000);
  });
  window.nextRung.catch(() => {});
}
"""
ARRIVED = """
() => {
  const [{ requestStart, responseEnd }] = performance.getEntriesByType("navigation");
  return [performance.timeOrigin + requestStart, performance.timeOrigin + responseEnd];
}
"""


@contextmanager
def fetched_by(context: BrowserContext, page: Page) -> Iterator[Counter[str]]:
    """Bytes that come over the line for that page while this goes on, by address; empty for what was open before."""
    session = context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    fetched: Counter[str] = Counter()

    def note_asked(event: dict) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def note_finished(event: dict) -> None:
        if event["encodedDataLength"]:  # not from a cache
            fetched[addresses.get(event["requestId"], "")] += event["encodedDataLength"]

    def note_heard(event: dict) -> None:
        fetched[addresses.get(event["requestId"], "")] += len(event["data"])  # a stream does not finish

    session.on("Network.requestWillBeSent", note_asked)
    session.on("Network.loadingFinished", note_finished)
    session.on("Network.eventSourceMessageReceived", note_heard)
    session.send("Network.enable")
    yield fetched
    page.wait_for_timeout(QUIET)
    session.detach()


def delay_of_a_click(clicked: Page, ladder: Page, address: str) -> float:
    """Milliseconds from the end of the response until its rung is in the other tab's page."""
    time.sleep(random.uniform(0, 0.2))  # whoever clicks knows nothing of the rhythm of the stream
    ladder.evaluate(NEXT_RUNG)
    clicked.goto(address)
    expect_equal("still signed in", clicked.url, address)
    asked, arrived = clicked.evaluate(ARRIVED)
    seen = ladder.evaluate("() => window.nextRung")
    expect_equal("a rung of this click", seen > asked, True)
    return seen - arrived


def fetched_of_static(page: Page, addresses: list[str]) -> set[str]:
    """The addresses of the static files that come over the line for these pages."""
    with fetched_by(page.context, page) as fetched:
        for address in addresses:
            page.goto(address)
    return {address for address in fetched if "/static/" in address}


def figures(scale: Scale) -> Iterator[Figure]:
    with lab_and_browser() as (lab, browser):
        context = browser.new_context()
        clicked, ladder = context.new_page(), context.new_page()
        Browsing(clicked, lab).sign_in_everywhere("alice")
        address = f"{lab.origin('site_a')}/shelf/"  # who is not signed in would be led elsewhere
        for _ in range(RUNGS):
            clicked.goto(address)
        ladder.goto(f"{lab.origin('inspector')}/ladder/")
        expect_equal("rungs", ladder.locator(".rung").count(), RUNGS)
        clicks = CLICKS_IN_A_ROUND * scale.rounds
        with fetched_by(context, ladder) as fetched:
            delays = [delay_of_a_click(clicked, ladder, address) for _ in range(clicks)]
        yield Figure(FETCHED, "KiB", fetched.total() / 1024 / clicks, LIMITS[FETCHED])
        yield Figure(DELAY, "ms", median(delays), LIMITS[DELAY], (Part("at most", max(delays), "ms"),))
        files = [fetched_of_static(clicked, [lab.origin(server) + path for server, path in pages]) for pages in PAGES]
        yield Figure(STATIC, "files", len(set.intersection(*files)), LIMITS[STATIC])
