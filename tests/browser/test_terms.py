"""A term that is explained where it stands: by pointer and by keyboard, inside the window, and closed by Escape."""

import pytest

from session_inspector.inspector.glossary.terms import BY_NAME
from tests.browser.looking import violations

SHOWN = "link => getComputedStyle(link, '::after').content !== 'none'"
WINDOWS = [(1280, 800), (853, 480), (390, 844)]


class Terms:
    """The terms of a page. What one means is no element: the stylesheet makes it, and only the engine knows its box."""

    def __init__(self, page):
        self.page = page
        self.found = page.locator("a.term:visible")
        self.engine = page.context.new_cdp_session(page)

    def shows(self, link):
        return link.evaluate(SHOWN)

    def box(self):
        """Left, top, right and bottom of the explanation that is shown, in pixels of the window."""
        (shown,) = [node for node in self.nodes() if node.get("pseudoType") == "after"]
        corners = self.engine.send("DOM.getBoxModel", {"nodeId": shown["nodeId"]})["model"]["border"]
        return corners[0], corners[1], corners[4], corners[5]

    def nodes(self):
        """Those of the terms, with what the stylesheet makes of them."""
        waiting = [self.engine.send("DOM.getDocument", {"depth": -1})["root"]]
        while waiting:
            node = waiting.pop()
            waiting += node.get("children", [])
            if "term" in node.get("attributes", []):
                yield from node.get("pseudoElements", [])


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def terms(person, page):
    page.add_init_script("sessionStorage.setItem('panel', 'open')")
    person.visit("site_a", "/begin/value/")
    return Terms(page)


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_every_term_of_a_page_is_explained_inside_the_window(terms, page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.reload()
    for link in terms.found.all():
        link.scroll_into_view_if_needed()
        link.hover()
        assert terms.shows(link)
        left, top, right, bottom = terms.box()
        assert 0 <= left < right <= width, link.text_content()
        assert 0 <= top < bottom <= height, link.text_content()


def test_the_explanation_stays_while_the_pointer_is_on_it_and_escape_closes_it(terms, page):
    link = terms.found.first
    words = page.locator("main").inner_text()
    assert not terms.shows(link)
    link.hover()
    assert terms.shows(link)
    left, top, right, bottom = terms.box()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    assert terms.shows(link)
    assert page.locator("main").inner_text() == words
    page.keyboard.press("Escape")
    assert not terms.shows(link)
    page.mouse.move(0, 0)
    link.hover()
    assert terms.shows(link)


def test_the_keyboard_reaches_a_term_and_escape_closes_what_it_says(terms, page):
    link = terms.found.first
    for _ in range(page.locator("a, button, summary, input").count()):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    assert terms.shows(link)
    page.keyboard.press("Escape")
    assert not terms.shows(link)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert terms.shows(link)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_hears_the_page_hears_the_explanation_once_as_a_description(terms, page, scheme):
    page.emulate_media(color_scheme=scheme)
    link = terms.found.first
    link.focus()
    told = terms.engine.send("Accessibility.getFullAXTree")["nodes"]
    (heard,) = [node for node in told if node.get("role", {}).get("value") == "link" and is_focused(node)]
    assert heard["name"]["value"] == link.text_content()
    assert heard["description"]["value"] == link.get_attribute("aria-description")
    assert violations(page) == []


def is_focused(node):
    return any(one["name"] == "focused" and one["value"]["value"] for one in node.get("properties", []))


def test_in_each_engine_a_term_is_explained_and_leads_to_its_open_place_in_the_glossary(sitting):
    sitting.visit("site_a", "/begin/")
    shown = f"() => {{ const link = document.querySelector('main a.term'); link.focus(); return ({SHOWN})(link); }}"
    assert sitting.tab.evaluate(shown)
    sitting.tab.evaluate("() => dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    assert not sitting.tab.evaluate(shown.replace("link.focus();", ""))
    address = sitting.tab.evaluate("() => document.querySelector('main a.term').href")
    assert address == f"{sitting.lab.origin('inspector')}/glossary/#session"
    glossary = sitting.watch(address)
    glossary.part("details[open]").expect(BY_NAME["session"].text)
