"""How much prose stands on each page before anything is opened: words in the window of a laptop, somebody signed in.

Not counted: data (code, times, keys, names, cells that have a label), headings, labels, what one clicks, and what is
folded. First steps, error pages and the glossary are left out: they may be long.
"""

from collections.abc import Iterator

from playwright.sync_api import Page

from bench.browser import lab_and_browser
from bench.figures import Figure, Part, Scale
from tests.browser.browsing import Browsing
from tests.browser.looking import FOR_ALL, FOR_WHO_IS_SIGNED_IN, FORM_OF_IDENTITY

PAGES = [*FOR_ALL, FORM_OF_IDENTITY, *FOR_WHO_IS_SIGNED_IN]
ALL = "words of prose on all pages"
LIMITS = {ALL: 1755}  # two thirds of the 2633 that stood there once
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


def figures(scale: Scale) -> Iterator[Figure]:
    with lab_and_browser() as (lab, browser):
        person = Browsing(browser.new_page(viewport={"width": 1280, "height": 800}), lab)
        person.sign_in_everywhere("alice")
        numbers = {}
        for server, path in PAGES:
            person.visit(server, path)
            numbers[server + path] = words_on(person.page)
    most = max(numbers, key=lambda page: numbers[page])
    yield Figure(ALL, "words", sum(numbers.values()), LIMITS[ALL], (Part(f"most on {most}:", numbers[most], "words"),))
