"""What a page of another port of one host can do, in both browsers: it is same-site, and all cookies come with it."""

import re
import time

import pytest

from tests.browser.test_start_over import page_of_another_site

pytestmark = pytest.mark.slow

FORM = '<form method="post" action="{site}/session/reveal/"><button>Win a prize</button></form>'
OPENING = """<button onclick="opened = window.open('{inspector}/')">Win a prize</button>"""
LOAD = "async url => fetch(url, {mode: 'no-cors', credentials: 'include'}).then(() => 'given', () => 'refused')"


@pytest.fixture
def neighbour(lab):
    """Make a page at another port of site A's host."""

    def neighbour(markup: str):
        addresses = {"site": lab.origin("site_a"), "inspector": lab.origin("inspector")}
        return page_of_another_site(markup.format(**addresses), "site-a.localhost")

    return neighbour


def test_its_form_reveals_nothing(lab, sitting, neighbour):
    sitting.sign_in()
    key = sitting.session_key("site_a")
    sitting.visit("site_a", "/session/")
    sitting.tab.click("button", "Show mine in full")
    sitting.tab.part("main").expect(re.compile(key))
    with neighbour(FORM) as address:
        sitting.tab.goto(address)
        sitting.tab.click("button", "Win a prize")
        sitting.tab.part("h1").expect("One session in this table: yours.")
        assert sitting.tab.url == f"{lab.origin('site_a')}/session/"
        assert key not in sitting.tab.part("main").text()


def test_it_can_load_no_answer(lab, sitting, neighbour):
    lab.start("inspector")
    sitting.sign_in()
    answers = [lab.origin("site_a") + path for path in ("/", "/session/", "/static/lab.css")]
    answers += [lab.origin("inspector") + path for path in ("/", "/journal.json", "/scenarios.json")]
    with neighbour("") as address:
        sitting.tab.goto(address)
        assert {url: sitting.tab.evaluate(LOAD, url) for url in answers} == dict.fromkeys(answers, "refused")
        assert sitting.tab.evaluate(LOAD, address) == "given"


def test_it_has_no_handle_of_an_inspector_that_it_opened(lab, sitting, neighbour):
    lab.start("inspector")
    with neighbour(OPENING) as address:
        sitting.tab.goto(address)
        sitting.tab.click("button", "Win a prize")
        deadline = time.monotonic() + 20
        while not sitting.tab.evaluate("() => opened.closed"):  # as it is said to be, once the inspector has answered
            assert time.monotonic() < deadline
            time.sleep(0.05)
