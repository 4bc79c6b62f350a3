"""What the pages say about sessions, seen in a real browser."""

import os
import re
import sqlite3
import subprocess

import pytest
from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.browsing import Browsing, sign_out


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once("identity", "site_a", "site_b")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def panel(page):
    """The panel, opened."""
    details = page.locator("details.session")
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    return details


def section(page, name):
    return panel(page).locator(f"section[aria-labelledby=panel-{name}]")


def move_expire_dates(lab, server, seconds):
    """Let every session of that server end so many seconds earlier."""
    with sqlite3.connect(lab.state / "var" / f"{server}.sqlite3") as database:
        changed = database.execute(
            "UPDATE django_session SET expire_date = datetime(expire_date, ?)", (f"-{seconds} seconds",)
        )
        assert changed.rowcount
    database.close()


def test_a_session_begins_with_the_first_value_not_with_the_visit(person, page):
    person.visit("site_a")
    page.get_by_role("link", name="When does a session begin?").click()
    page.get_by_role("link", name="A page that stores nothing").click()
    assert page.context.cookies() == []
    expect(section(page, "kept")).to_contain_text("Nothing. No key came")
    page.get_by_role("link", name="A page that stores a value").click()
    assert set(person.jar()) == {"site_a_session"}
    expect(section(page, "changed")).to_contain_text("A session began")
    expect(section(page, "sent")).to_contain_text("Nothing: this server does not know you.")
    page.reload()
    expect(section(page, "sent")).to_contain_text("site_a_session")


def test_a_variable_is_forgotten_and_a_session_is_not(person, page):
    person.visit("site_a", "/stateless/")
    page.get_by_role("link", name="Again").click()
    expect(page.locator(".counters dd")).to_have_text(["1"])
    assert page.context.cookies() == []
    page.get_by_role("link", name="Count in the session, too").click()
    for n in (2, 3):
        page.get_by_role("link", name="Again").click()
        expect(page.locator(".counters dd")).to_have_text(["1", str(n)])


def test_the_printed_commands_print_what_the_page_says_each_time_anew(person, page, tmp_path):
    person.visit("site_a", "/stateless/session/")
    printed = page.locator(".command, samp").evaluate_all("found => found.map(one => [one.tagName, one.innerText])")
    no_proxy = {"PATH": os.environ["PATH"]}
    for _ in range(2):
        outputs = []
        for tag, text in printed:
            if tag == "CODE":
                done = subprocess.run(text, shell=True, cwd=tmp_path, env=no_proxy, capture_output=True, text=True)
                assert done.returncode == 0, done.stderr
                outputs.append(done.stdout.strip())
        assert [output for output in outputs if output] == [text.strip() for tag, text in printed if tag == "SAMP"]
    lines = (tmp_path / "jar.txt").read_text().splitlines()
    (cookie,) = [line for line in lines if "site_a_session" in line]
    assert "site-a.localhost" in cookie


def test_the_language_survives_a_reload_and_does_not_reach_site_b(person, page):
    person.sign_in_at("site_a", "alice")
    for code, direction, greeting in (("fr", "ltr", "Bienvenue"), ("ar", "rtl", "أهلاً")):
        page.get_by_label("Language").select_option(code)
        page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
        for _ in range(2):
            heading = page.get_by_role("heading", level=1)
            expect(heading).to_contain_text(greeting)
            expect(heading).to_have_attribute("lang", code)
            expect(heading).to_have_css("direction", direction)
            page.reload()
    person.visit("site_b", "/orders/")
    person.expect_known_as("alice")
    expect(section(page, "kept")).not_to_contain_text("language")
    expect(page.locator("main [dir]")).to_have_count(0)


def test_a_timeout_ends_the_session_and_with_it_who_one_is(person, page):
    person.sign_in_at("site_a", "alice")
    page.get_by_label("Timeout").select_option("120")
    page.locator("form", has=page.get_by_label("Timeout")).get_by_role("button").click()
    expect(page.locator("summary .countdown")).to_have_text(re.compile(r"^(2:00|1:5\d)$"))
    move_expire_dates(person.lab, "site_a", 90)
    person.visit("site_a", "/shelf/")
    person.expect_known_as("alice")
    move_expire_dates(person.lab, "site_a", 60)
    person.visit("site_a")
    person.expect_stranger()
    expect(section(page, "changed")).to_contain_text("is past its expire date: no session any more")
    person.visit("identity")
    person.expect_known_as("alice")


def test_the_countdown_is_live(person, page):
    page.clock.install()
    person.visit("site_a", "/values/")
    page.get_by_label("Timeout").select_option("3600")
    page.locator("form", has=page.get_by_label("Timeout")).get_by_role("button").click()
    countdown = page.locator("summary .countdown")
    expect(countdown).to_have_text(re.compile(r"^59:5\d$|^1:00:00$"))
    page.clock.fast_forward(600_000)
    expect(countdown).to_have_text(re.compile(r"^49:\d\d$|^50:00$"))
    page.clock.fast_forward(3_600_000)
    expect(page.locator("summary .ends")).to_have_text("Row past its date, as far as this page knows: reload")


@pytest.mark.parametrize(("timeout", "is_kept"), [("0", False), ("1209600", True)])
def test_a_browser_length_cookie_ends_with_the_browser_and_a_two_week_cookie_does_not(
    lab, browser_type, tmp_path, timeout, is_kept
):
    def open_browser():
        return browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium.find(), args=chromium.arguments()
        )

    with open_browser() as context:
        person = Browsing(context.new_page(), lab)
        person.sign_in_at("site_a", "alice")
        person.page.get_by_label("Timeout").select_option(timeout)
        person.page.locator("form", has=person.page.get_by_label("Timeout")).get_by_role("button").click()
        said = (
            "is kept as long, also when the browser closes (not in a private window)"
            if is_kept
            else "goes when the browser closes (unless it restores its tabs)"
        )
        expect(section(person.page, "kept")).to_contain_text(f"the cookie {said}")
    with open_browser() as context:
        person = Browsing(context.new_page(), lab)
        person.visit("site_a", "/begin/nothing/")
        assert ("site_a_session" in person.jar()) is is_kept
        person.visit("site_a")
        person.expect_known_as("alice") if is_kept else person.expect_stranger()


def test_the_cart_of_a_stranger_is_kept_through_sign_in_and_gone_after_sign_out(person, page):
    person.visit("site_b", "/cart/")
    page.get_by_role("button", name="Add Ink, black").click()
    page.get_by_role("button", name="Add Nib, fine").click()
    before = person.jar("site_b")["site_b_session"]
    page.get_by_role("link", name="Sign in", exact=True).click()
    person.fill_in_form("alice")
    assert page.url.endswith("/cart/")
    after = person.jar("site_b")["site_b_session"]
    assert after != before
    expect(page.get_by_role("status")).to_contain_text("Your cart is still here.")
    expect(page.locator("#cart + table tbody tr")).to_have_count(2)
    expect(section(page, "changed")).to_contain_text(f"New key: {before[:6]}… → {after[:6]}…")
    sign_out(page, "Sign out of this site")
    expect(page.get_by_role("heading", level=1)).to_contain_text("signed out of site B only")
    expect(page.locator(".lead")).to_contain_text("the cart too")
    expect(section(page, "changed")).to_contain_text(f"The row {after[:6]}… was deleted")
    person.visit("site_b", "/cart/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart is empty")


def test_every_value_that_a_sign_in_leaves_in_a_session_is_explained(person, page):
    person.sign_in_at("site_a", "alice")
    for server in ("site_a", "site_b", "identity"):
        person.visit(server, "/orders/" if server == "site_b" else "/")
        rows = section(page, "kept").locator("tbody tr").all()
        assert len(rows) > 3
        for row in rows:
            assert row.locator(".why").count() == 1, row.inner_text()


def test_signing_in_is_explained_with_what_really_happened(person, page):
    person.sign_in_at("site_a", "alice")
    person.visit("identity", "/")
    page.get_by_role("link", name="What is signing in?").click()
    key = person.jar("identity")["identity_session"]
    expect(page.locator("#login ~ table")).to_contain_text(f"{key[:6]}…")
    expect(page.locator("#authenticate ~ dl")).to_contain_text("nothing: values, key and CSRF token as before")


def test_a_session_in_another_browser_is_ended_from_here(person, page, browser):
    person.visit("identity", "/accounts/login/")
    person.fill_in_form("alice")
    other = Browsing(browser.new_context(user_agent="The other browser").new_page(), person.lab)
    other.visit("identity", "/accounts/login/")
    other.fill_in_form("alice")
    other.expect_known_as("alice")
    person.visit("identity", "/sessions/")
    page.get_by_role("row", name="The other browser").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 session of alice at Identity.")
    other.visit("identity")
    other.expect_stranger()
    expect(section(other.page, "changed")).to_contain_text("was deleted by something without its key")


def test_the_panel_is_whole_without_script_and_opens_by_keyboard(lab, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(lab.origin("site_a") + "/begin/value/")
    summary = page.locator("details.session > summary")
    summary.focus()
    page.keyboard.press("Enter")
    for name in ("sent", "kept", "changed"):
        expect(page.locator(f"section[aria-labelledby=panel-{name}]")).to_be_visible()
    expect(page.locator("summary .countdown")).to_have_text("13 d 23 h")


def test_an_opened_panel_stays_open_on_the_next_page_and_a_closed_one_closed(person, page):
    person.visit("site_a")
    details = page.locator("details.session")
    expect(details).not_to_have_attribute("open", "")
    details.locator("summary").first.click()
    person.visit("site_a", "/begin/")
    expect(details).to_have_attribute("open", "")
    details.locator("summary").first.click()
    page.reload()
    expect(details).not_to_have_attribute("open", "")


def test_ones_own_values_are_shown_in_full_when_one_asks(person, page):
    person.sign_in_at("site_a", "alice")
    section(page, "kept").get_by_role("button", name="Show mine in full").click()
    key = person.jar("site_a")["site_a_session"]
    expect(page.get_by_role("main")).to_contain_text(key)
    page.get_by_role("link", name="Mask them again").click()
    expect(page.get_by_role("main")).not_to_contain_text(key)


def test_back_after_signing_out_says_that_the_server_was_not_asked(lab, browser_type):
    kept_pages = {"ignore_default_args": ["--disable-back-forward-cache"], "args": chromium.arguments()}
    with browser_type.launch(executable_path=chromium.find(), **kept_pages) as browser:
        page = browser.new_page()
        person = Browsing(page, lab)
        person.sign_in_at("site_a", "alice")
        expect(page.locator(".copy")).to_be_hidden()
        sign_out(page, "Sign out of this site")
        person.expect_stranger()
        page.evaluate("history.back()")
        expect(page.locator(".copy")).to_contain_text("The server was not asked.")
        person.expect_known_as("alice")  # so says the copy
        page.reload()
        person.expect_stranger()
        expect(page.locator(".copy")).to_be_hidden()


def test_long_values_of_ones_own_keep_off_their_buttons_and_the_code(alice, page):
    for letter in "ab":
        alice.visit("site_a", "/values/")
        page.get_by_label("Name", exact=True).fill(letter * 40)
        page.get_by_label("Value", exact=True).fill("w" * 40)
        page.locator("form.own").get_by_role("button").click()
    row = page.get_by_role("row", name="Your 2 values")
    for width in (1280, 853, 640, 390):
        page.set_viewport_size({"width": width, "height": 800})
        code = row.locator("td > code").bounding_box()
        for value in row.get_by_role("listitem").all():
            text, button = value.locator("> span").bounding_box(), value.get_by_role("button").bounding_box()
            assert text["x"] + text["width"] <= button["x"], width
            is_beside = button["x"] + button["width"] <= code["x"]
            assert is_beside or button["y"] + button["height"] <= code["y"], width
