"""An open page of a site while its session is ended by somebody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.browser.test_lessons import section
from tests.browser.watching import SESSIONS, hide, until
from tests.processes import works_in_vain

DELETED = re.compile(
    r"^The row of this session was deleted at \d\d:\d\d:\d\d UTC; nothing was clicked here\. "
    "This page shows the state before that. Reload$"
)

STYLE_OF = "(selector, name) => getComputedStyle(document.querySelector(selector)).getPropertyValue(name)"
IS_VISIBLE = "selector => document.querySelector(selector).checkVisibility({visibilityProperty: true})"


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def delete_rows(lab, server="site_a"):
    lab.manage(server, "shell", "-v", "0", "-c", f"{SESSIONS}.all().delete()")


def banner(page):
    return page.locator(".ended")


def test_the_page_notices_and_asks_its_server_nothing(lab, sitting):
    sitting.sign_in()
    sitting.visit("site_a")
    sitting.tab.part(".ended").expect(re.compile("^$"))
    sitting.tab.evaluate("() => performance.clearResourceTimings()")
    delete_rows(lab)
    sitting.tab.part(".ended").expect(DELETED)
    asked = sitting.tab.evaluate("() => performance.getEntriesByType('resource').map(one => one.name)")
    of_site = [url for url in asked if url.startswith(lab.origin("site_a"))]
    assert [url for url in of_site if not url.endswith(".svg")] == []  # the icon may come late
    assert sitting.tab.evaluate(STYLE_OF, ".here strong", "text-decoration-line") == "line-through"
    assert not sitting.tab.evaluate(IS_VISIBLE, ".here button")
    sitting.tab.click("link", "Reload")
    sitting.tab.part(".here").expect("Here you are not signed in")
    sitting.tab.part(".ended").expect_count(0)


def test_a_page_that_came_too_late_to_listen_is_told_as_well(lab, page, alice):
    page.route("**/ended.js", lambda route: (delete_rows(lab), route.continue_()))
    page.reload()
    expect(banner(page)).to_have_text(DELETED)


def test_all_tabs_of_a_session_are_told_and_one_of_them_listens(lab, page, alice):
    pages = [page, *(page.context.new_page() for _ in range(8))]
    for one in pages[1:]:
        one.goto(lab.origin("site_a") + "/session/")
    inspector = page.context.new_page()
    inspector.goto(lab.origin("inspector"))  # six connections to an origin are all that a browser has
    expect(inspector.locator("#live")).to_contain_text("Live")
    delete_rows(lab)
    for one in pages:
        expect(banner(one)).to_have_text(DELETED)
    expect(inspector.locator("section[aria-labelledby=column-site_a] .you")).to_contain_text("not signed in")


def test_a_hidden_page_lets_go_and_is_told_when_it_is_seen_again(lab, page, alice):
    lab.stop("inspector")  # where pages of other tests may still seem to listen
    lab.start("inspector")
    streams = set()
    # Its answer has begun: a thread of the inspector has it.
    page.on("response", lambda answer: "/stream/" in answer.url and streams.add(answer.request))
    page.on("requestfailed", lambda request: streams.discard(request))
    page.reload()
    until(page, lambda: len(streams) == 1)
    hide(page, True)
    until(page, lambda: not streams)
    delete_rows(lab)
    page.wait_for_timeout(1000)
    expect(banner(page)).to_be_empty()
    until(page, lambda: not works_in_vain(lab.processes["inspector"]))
    hide(page, False)
    expect(banner(page)).to_have_text(DELETED)


def test_a_new_key_is_followed(lab, page, alice):
    other = Browsing(page.context.new_page(), lab)
    other.visit("site_a", "/values/")
    other.page.get_by_role("button", name="New key").click()
    delete_rows(lab)
    expect(banner(page)).to_have_text(DELETED)


def test_without_the_inspector_a_page_is_what_it_was(lab, page, alice):
    lab.stop("inspector")
    alice.visit("site_a")
    alice.expect_known_as("alice")
    expect(banner(page)).to_be_empty()


def test_who_signs_out_at_identity_sees_it_on_the_open_page_of_a_site(lab, page, alice):
    other = Browsing(page.context.new_page(), lab)
    other.visit("identity")
    sign_out(other.page, "Sign out at Identity")
    expect(banner(page)).to_have_text(
        re.compile(r"^A logout token ended this session at \d\d:\d\d:\d\d UTC; nothing was clicked")
    )
    page.reload()
    expect(section(page, "changed")).to_contain_text("was deleted by the provider’s logout token at")


def test_an_end_in_another_tab_is_said_on_the_open_page(lab, page, alice):
    other = Browsing(page.context.new_page(), lab)
    other.visit("site_a")
    sign_out(other.page, "Sign out of this site")
    other.expect_stranger()
    expect(banner(page)).to_contain_text("A request with its key, from another tab perhaps, ended this session at")


def test_a_row_that_another_tab_lets_expire_is_said_on_the_open_page(lab, page, alice):
    other = Browsing(page.context.new_page(), lab)
    other.visit("site_a", "/values/")
    other.page.get_by_role("button", name="Expire now").click()
    expect(banner(page)).to_contain_text("ended this session at")


def test_the_page_on_which_one_signs_out_says_nothing_of_it_before_it_is_gone(lab, page, alice):
    page.evaluate("""() => {
        const noted = new MutationObserver(() => sessionStorage.setItem("said", "yes"));
        noted.observe(document.querySelector(".ended"), { childList: true });
    }""")
    sign_out(page, "Sign out of this site")
    alice.expect_stranger()
    assert page.evaluate("sessionStorage.getItem('said')") is None
