"""Every page can be read, on a projector, a laptop at 150 %, in a small window and on a phone: empty, full and long. It
is accessible, quiet in the console, and asks nobody else."""

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, go_to
from tests.browser.looking import FOR_ALL, FOR_WHO_IS_SIGNED_IN, FORM_OF_IDENTITY, OF_LONG_TEXT, Looking

OUT = [  # at first nothing is recorded
    *OF_LONG_TEXT,
    *FOR_ALL,
    FORM_OF_IDENTITY,
    ("site_a", "/begin/nothing/"),
    ("site_a", "/signed-out/"),
    ("site_b", "/signed-out/"),
    ("site_a", "/nothing/here/"),
    ("site_b", "/oidc/callback/?error=access_denied"),
    ("identity", "/identity/o/authorize?client_id=nobody"),
    ("site_a", "/begin/value/"),  # from here on there is a session
    ("site_a", "/stateless/session/"),
    ("site_a", "/values/?name=stored_at"),
    ("site_a", "/values/?name=_no"),
    ("site_a", "/shelf/"),  # Identity's form, asked by site A
]
IN = [
    *FOR_ALL,
    *OF_LONG_TEXT,
    *FOR_WHO_IS_SIGNED_IN,
    ("site_a", "/shelf/"),
    ("site_a", "/nothing/here/"),
    ("identity", "/accounts/reauthenticate/"),
    ("inspector", "/?visitor=gone"),
    ("inspector", "/nothing/here/"),
]
LONG = [
    ("inspector", "/"),
    ("inspector", "/ladder/"),
    ("inspector", "/ladder/1/1/"),
    ("inspector", "/visitors/"),
    ("site_a", "/values/"),
]
FORMS = [
    ("site_b", "/cart/", "form[action='/cart/add/']"),
    ("site_a", "/session/", "form[action='/session/reveal/']"),
    ("site_b", "/session/", "form[action='/session/reveal/']"),
    ("identity", "/session/", "form[action='/session/reveal/']"),
    ("site_a", "/session/", "form[action='/session/clear/']"),
    ("site_b", "/cart/", "form[action='/cart/remove/']"),
    ("site_a", "/values/", "form[action='/values/new-key/']"),
    ("site_a", "/values/", "form[action='/values/expire/']"),
    ("site_b", "/", "form[action='/oidc/logout/']"),
    ("identity", "/sessions/", "form[action='/sessions/end/']"),
]


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture
def looking(lab, browser):
    return Looking(lab, browser)


@pytest.fixture
def full(person):
    """Somebody is signed in everywhere, with something in the cart; how that looks in another tab."""
    person.sign_in_everywhere("alice")
    person.visit("site_b", "/cart/")
    person.page.get_by_role("button", name="Add Ink, black").click()
    return person


@pytest.fixture
def looking_at_full(full, lab, browser):
    return Looking(lab, browser, full.page.context.cookies())


def test_every_page_before_anybody_has_signed_in(looking):
    for server, path in OUT:
        looking.look(server, path)
    page = looking.page
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    looking.check("a wrong password")
    page.get_by_label("Password").fill("alice")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Middlemarch").wait_for()
    looking.check("the page that was asked for")


def test_every_page_while_somebody_is_signed_in(restarted_sites, looking_at_full):
    for server, path in IN:
        looking_at_full.look(server, path)
    look_at_exchanges(looking_at_full)


def test_every_page_of_a_long_journal_with_many_values(full, lab, browser):
    for n in range(20):
        full.visit("site_a", "/values/")
        form = full.page.locator("form.own")
        form.locator("[name=name]").fill(f"{'name' * 9}_{n}")
        form.locator("[name=value]").fill("long value " * 15)
        with full.page.expect_navigation():
            form.get_by_role("button").click()
    expect(full.page.locator("form[action='/values/own/delete/']")).to_have_count(20)
    full.page.evaluate("async () => { for (let n = 0; n < 150; n++) await fetch('/'); }")
    looking = Looking(lab, browser, full.page.context.cookies())
    for server, path in LONG:
        looking.look(server, path)


def test_every_page_that_follows_a_form(looking_at_full):
    page, send, check = looking_at_full.page, looking_at_full.send, looking_at_full.check
    lab = looking_at_full.lab
    page.goto(lab.origin("site_a"))
    page.get_by_label("Language").select_option("ar")
    with page.expect_navigation():
        page.locator("form", has=page.get_by_label("Language")).get_by_role("button").click()
    check("right to left")
    send("site_a", "/values/", "form.own", name="_reserved", value="x" * 200)
    send("site_a", "/values/", "form.own", name="n" * 40, value="x" * 200)
    page.goto(lab.origin("site_b") + "/cart/")
    page.evaluate("document.querySelectorAll('main [name=csrfmiddlewaretoken]').forEach(i => i.value = 'forged')")
    with page.expect_navigation():
        page.get_by_role("button", name="Add Ink, black").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This form was refused")
    check("a forged form")
    page.goto(lab.origin("site_a") + "/values/flush/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not take GET")
    check("a page that takes POST only")
    for server, path, form in FORMS:
        send(server, path, form)
    page.goto(lab.origin("site_a") + "/begin/value/")
    page.goto(lab.origin("site_a") + "/values/")
    page.context.clear_cookies(name="site_a_session")
    page.locator("form.own [name=name]").fill("color")
    with page.expect_navigation():
        page.locator("form.own").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The session in which you opened this page has ended")
    check("a form whose session has ended")


def look_at_exchanges(looking):
    """On the ladder, opened one after the other: a sign-in has every kind of them."""
    inspector = looking.lab.origin("inspector")
    looking.page.goto(f"{inspector}/ladder/")
    step = looking.page.locator(".click").filter(has_text="Password sent to Identity, not to site A")
    if step.get_attribute("open") is None:
        looking.page.locator("#earlier > summary").click()
        step.locator("summary").click()
    links = step.locator(".rung > .open a")
    expect(links).to_have_count(7)
    addresses = [link.get_attribute("href") for link in links.all()]
    for n in range(7):
        links.nth(n).click()
        expect(looking.page.locator(".rung > .exchange")).to_have_count(n + 1)
    looking.check("seven exchanges on the ladder")
    looking.look("inspector", addresses[2])


MAKE_A_STRANGE_CLIENT_AND_DISABLE_BOB = """
from allauth.idp.oidc.models import Client
from django.contrib.auth.models import User
Client.objects.create(id="strange", name="A strange client", scopes="openid\\nprofile", response_types="code",
                      redirect_uris="http://strange.example/back", type="public")
User.objects.filter(username="bob").update(is_active=False)
"""
CHANGE_THE_SESSION_TABLE = "from django.db import connection; connection.cursor().execute('{} django_session {}')"
SPOILT = ("ALTER TABLE", "RENAME COLUMN expire_date TO expires")  # as after a migration that went wrong
GONE = ("DROP TABLE", "")


def test_pages_that_one_seldom_sees(watched_lab, browser):
    lab = watched_lab
    looking = Looking(lab, browser)
    page, heading = looking.page, looking.page.get_by_role("heading", level=1)
    lab.manage("identity", "shell", "-v", "0", "-c", MAKE_A_STRANGE_CLIENT_AND_DISABLE_BOB)
    person = Browsing(page, lab)
    person.visit("identity", "/accounts/login/")
    person.fill_in_form("bob")
    expect(heading).to_have_text("This account is disabled.")
    looking.check("a disabled account")
    person.visit("identity", "/accounts/login/")
    person.fill_in_form("alice")
    person.expect_known_as("alice")
    asking = "client_id=strange&response_type=code&scope=openid+profile&redirect_uri=http://strange.example/back"
    looking.look("identity", f"/identity/o/authorize?{asking}&code_challenge={'c' * 43}&code_challenge_method=S256")
    expect(heading).to_have_text("May A strange client know who you are?")
    person.visit("identity", "/accounts/reauthenticate/")
    too_many_tries(lab, person.jar("identity"))
    page.get_by_label("Password").fill("alice")
    page.get_by_role("button", name="Go on").click()
    expect(heading).to_have_text("Too many tries in a short time.")
    looking.check("too many tries")
    page.context.add_cookies([{"name": "site_b_session", "value": "a" * 32, "url": lab.origin("site_b")}])
    for change, said in ((SPOILT, "Site B made a mistake."), (GONE, "The database of this server is gone.")):
        lab.manage("site_b", "shell", "-v", "0", "-c", CHANGE_THE_SESSION_TABLE.format(*change))
        looking.look("site_b", "/cart/", is_recorded=False)  # nobody knows what the row was
        expect(heading).to_have_text(said)


def test_the_question_which_one_is_and_what_a_statement_rests_on(lab, browser, looking):
    for name in ("alice", "bob"):
        person = Browsing(browser.new_context().new_page(), lab)
        person.sign_in_at("site_a", name)
        person.expect_known_as(name)
    heading = looking.page.get_by_role("heading", level=1)
    looking.look("inspector", "/")
    expect(heading).to_have_text("Which of these are you?")
    looking.page.get_by_role("link", name="This is me").first.click()
    expect(heading).to_contain_text("Identity and site A say you are")
    looking.check("the one who was chosen")
    looking.page.locator("a.grade").first.click()
    expect(heading).to_contain_text("It follows from these")
    looking.check("entries")


def too_many_tries(lab, jar):
    """Send the form that asks for the password again, empty and very often, with these cookies.

    Empty, since checking a password takes long.
    """
    origin = lab.origin("identity")
    form = {"csrfmiddlewaretoken": jar["identity_csrftoken"]}
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    headers = {"Host": origin.removeprefix("http://"), "Cookie": cookies, "Origin": origin}
    with requests.Session() as session:
        for _ in range(61):
            session.post(f"http://127.0.0.1:{lab.port}/accounts/reauthenticate/", form, headers=headers, timeout=60)


def test_the_whole_sign_in_works_by_keyboard_alone(lab, page):
    page.goto(lab.origin("site_a"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the page"
    page.keyboard.press("Enter")
    go_to(page, "main a.button", "Sign in at Identity")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
    while page.evaluate("document.activeElement.id") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Enter")
    page.get_by_text("Here you are alice").wait_for()


def test_the_whole_sign_in_works_without_script(lab, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(lab.origin("site_b") + "/orders/")
    page.get_by_label("User name").fill("bob")
    page.get_by_label("Password").fill("bob")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Ordered by bob").wait_for()


HAS_ICON = "() => performance.getEntriesByType('resource').some(one => one.name.includes('icon'))"
TRANSFERRED = "() => performance.getEntriesByType('resource').filter(one => one.transferSize).map(one => one.name)"


@pytest.mark.parametrize("server", ["identity", "site_a", "site_b", "inspector"])
def test_at_the_second_load_no_static_file_is_asked_for(page, lab, server):
    page.goto(lab.origin(server))
    page.wait_for_function(HAS_ICON)  # the browser asks for it last
    assert any("/static/" in name for name in page.evaluate(TRANSFERRED))
    page.goto(lab.origin(server))
    page.wait_for_function(HAS_ICON)
    assert [name for name in page.evaluate(TRANSFERRED) if "/static/" in name] == []
