"""How much prose stands on each page before anything is opened: words in the window of a laptop, somebody signed in.

Not counted: data (code, times, keys, names, cells that have a label), headings, labels, what one clicks, and what is
folded. First steps, error pages and the glossary are left out: they may be long.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.browsing import Browsing
from tests.browser.looking import FOR_ALL, FOR_WHO_IS_SIGNED_IN, FORM_OF_IDENTITY
from tests.processes import Lab

PAGES = [*FOR_ALL, FORM_OF_IDENTITY, *FOR_WHO_IS_SIGNED_IN]
LIMIT = 1755  # of all together: two thirds of the 2633 that stood there once
NO_PROSE = """code, pre, time, b, strong, h1, h2, h3, th, dt, label, button, a.button, summary, caption, select, input,
nav, script, style, td[data-label], .key, .cookie, .mark, .grade, .chips, .hidden, .print, .chain, .tag, .whose"""
COUNT = """(noProse) => {
  let number = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const isProse = parent.closest("main, .foot") && !parent.closest(noProse);
    if (!isProse || !parent.checkVisibility({ visibilityProperty: true })) continue;
    number += node.data.split(/\\s+/).filter((word) => /[a-z]{2}/i.test(word)).length;
  }
  return number;
}"""


def words_on(page: Page) -> int:
    return page.evaluate(COUNT, NO_PROSE)


def main() -> None:
    total = 0
    with TemporaryDirectory(prefix="lab-bench-") as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder) / "lab")
        try:
            lab.start()
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
            person = Browsing(browser.new_page(viewport={"width": 1280, "height": 800}), lab)
            person.sign_in_everywhere("alice")
            for server, path in PAGES:
                person.visit(server, path)
                number = words_on(person.page)
                total += number
                print(f"{server + path:30} {number:5}")
            browser.close()
        finally:
            lab.stop()
    print(f"{'all':30} {total:5} {LIMIT:6} {'kept' if total <= LIMIT else 'exceeded'}")
