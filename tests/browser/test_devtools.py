"""What the page *In your devtools* says of the tools, tried with those of the installed browsers."""

import json
import re
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from session_inspector.inspector.devtools.browsers import CHROMIUM, FIREFOX, ORIGIN, REQUEST
from session_inspector.inspector.devtools.columns import rows_for
from tests.browser import chromium, firefox

COLUMNS = [row.column for row in rows_for([]) if row.attribute != "Max-Age"]
WIDE = {"width": 1600, "height": 900}  # all columns have room for what stands there


@pytest.fixture
def chromium_with_devtools(playwright, tmp_path):
    """A context, and a function that opens the tools of one of its pages as a page of their own."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=chromium.find(),
        args=[*chromium.arguments(), "--remote-debugging-port=0", "--remote-allow-origins=*"],
        viewport=WIDE,
    )
    port = (tmp_path / "profile" / "DevToolsActivePort").read_text().splitlines()[0]

    def devtools_of(page):
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            (target,) = [one["id"] for one in json.load(answer) if one["url"] == page.url]
        devtools = context.new_page()
        devtools.goto(f"devtools://devtools/bundled/devtools_app.html?ws=127.0.0.1:{port}/devtools/page/{target}")
        return devtools

    yield context, devtools_of
    context.close()


def open_cookies(devtools, origin):
    """By what the page says that one clicks."""
    panel, *branches = CHROMIUM.cookies
    devtools.get_by_role("tab", name=panel, exact=True).click()
    for branch in branches:
        devtools.get_by_role("treeitem", name=origin if branch == ORIGIN else branch, exact=True).click()
        devtools.keyboard.press("ArrowRight")


def line_of(devtools, cookie):
    return devtools.get_by_role("row", name=re.compile(f"^{cookie} "))


def shown_of(devtools, cookie):
    """What stands in each column of its line."""
    cells = line_of(devtools, cookie).get_by_role("cell").all_inner_texts()
    headings = dict.fromkeys(filter(None, devtools.get_by_role("columnheader").all_inner_texts()))
    return dict(zip(headings, cells, strict=True))


def value_in(context, origin, name):
    return next(cookie["value"] for cookie in context.cookies(origin) if cookie["name"] == name)


def names(context, origin):
    return {cookie["name"] for cookie in context.cookies(origin)}


def test_chromium_shows_the_cookies_of_an_origin_by_their_attributes_and_deletes_them(lab, chromium_with_devtools):
    context, devtools_of = chromium_with_devtools
    origin, other = lab.origin("site_a"), lab.origin("site_b")
    page = context.new_page()
    page.goto(f"{other}/cart/")
    page.goto(f"{origin}/begin/value/")
    for name in ("first", "second"):
        context.add_cookies([{"name": name, "value": "x", "url": origin}])
    devtools = devtools_of(page)
    open_cookies(devtools, origin)
    expect(line_of(devtools, "site_a_session")).to_be_visible()
    session, first = shown_of(devtools, "site_a_session"), shown_of(devtools, "first")
    assert session.keys() >= {*COLUMNS, CHROMIUM.expires}
    assert session["Value"] == value_in(context, origin, "site_a_session")
    assert session["Domain"] == "site-a.localhost"
    assert session["Path"] == "/"
    assert session["SameSite"] == "Lax"
    assert session["HttpOnly"] == CHROMIUM.is_set
    assert session["Secure"] == first["HttpOnly"] == first["SameSite"] == ""
    assert re.match(r"\d{4}-\d\d-\d\d", session[CHROMIUM.expires])
    assert first[CHROMIUM.expires] == "Session"

    line_of(devtools, "first").click()
    devtools.get_by_role("button", name="Delete Selected").click()
    expect(line_of(devtools, "first")).to_have_count(0)
    assert names(context, origin) == {"site_a_session", "second"}
    devtools.get_by_role("button", name="Clear all cookies").click()
    expect(line_of(devtools, "second")).to_have_count(0)
    assert names(context, origin) == set()
    assert names(context, other) == {"site_b_csrftoken"}


def test_chromium_shows_the_cookie_of_a_request_and_the_set_cookie_of_its_answer(lab, chromium_with_devtools):
    context, devtools_of = chromium_with_devtools
    page = context.new_page()
    page.goto(f"{lab.origin('site_a')}/begin/value/")
    devtools = devtools_of(page)
    panel, _, part = CHROMIUM.request
    devtools.get_by_role("tab", name=panel, exact=True).click()
    expect(devtools.get_by_role("checkbox", name="Keep log")).to_be_visible()
    page.reload()
    devtools.get_by_role("row", name="value/ 200 document").get_by_role("cell").first.click()
    devtools.get_by_role("tab", name=part, exact=True).click()
    pair = f"site_a_session={context.cookies(page.url)[0]['value']}"
    for headers, line in (("Request headers", f"cookie{pair}"), ("Response headers", f"set-cookie{pair}")):
        expect(devtools.get_by_role("group", name=headers)).to_contain_text(line, ignore_case=True)


def test_firefox_names_its_panels_columns_and_commands_as_the_page_does():
    """Its own tools cannot be driven like those of Chromium: this reads their words where it keeps them."""
    found = firefox.find()
    if not found:
        pytest.skip("no Firefox")
    words = words_of_tools(Path(found).resolve().parent)
    for label in {*FIREFOX.cookies, *FIREFOX.request} - {ORIGIN, REQUEST}:
        assert label in words
    assert {*COLUMNS, FIREFOX.expires} <= words
    assert {"Delete “{ $itemName }”", "Delete All", "Persist Logs"} <= words


def words_of_tools(folder):
    """The values of all messages of its developer tools, and the names of the columns that are the same in every
    language."""
    with zipfile.ZipFile(folder / "browser" / "omni.ja") as package:
        text = {name: package.read(name).decode() for name in package.namelist() if is_of_tools(name)}
    said = {found for one in text.values() for found in re.findall(r"^ *[\w.-]+ ?= ?(.*)$", one, re.MULTILINE)}
    return said | set(re.findall(r": \"(\w+)\",", next(one for name, one in text.items() if name.endswith("ui.js"))))


def is_of_tools(name):
    return "en-US/devtools/client/" in name or name.endswith("devtools/client/storage/ui.js")
