"""The inspector, watched in one page while somebody works in another."""

import json
import re
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.browser.watching import FIRST, SECOND, SESSIONS, Watching, hide, until
from tests.processes import works_in_vain


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def journal(lab):
    return closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3", timeout=20, isolation_level=None))


def test_the_ladder_of_a_first_sign_in_and_of_the_second_site_grows_while_one_works(restarted_sites, sitting):
    ladder = sitting.watch(sitting.lab.origin("inspector") + "/ladder/")

    def step(sentence):
        return ladder.part(".click", sentence)

    ladder.part("#nothing").expect("Nothing recorded yet.")
    sitting.visit("site_a")
    step("Site A did not know you").expect_count(1)
    sitting.tab.click("link", "Sign in at Identity")
    asks = step("Site A asks Identity who you are: you have a session before you are signed in")
    asks.part(".rungs > .rung").expect_count(3)
    asks.expect("no cookie: site A’s is for another host")
    sitting.fill_in_form("alice")
    sitting.expect_known_as("alice")
    step(FIRST).part(".rungs > .rung").expect_count(7)  # four, and three calls inside
    sitting.visit("site_b")
    sitting.tab.click("link", "Sign in")
    sitting.expect_known_as("alice")
    ladder.part("h1").expect("Site B: no password was asked for, because Identity got its own cookie.")
    # which message carried which cookie
    for sentence, site in ((FIRST, "site_a"), (SECOND, "site_b")):
        asked = step(sentence).part(".rung", "GET /identity/o/authorize").part(".cookie:not(.set)", "sent")
        asked.expect(f"sent identity_session {sitting.session_key('identity')[:6]}…")
        told = step(sentence).part(".rung", "GET /oidc/callback/").part(".cookie.set")
        told.expect(f"{site}_session {sitting.session_key(site)[:6]}…")
    # where none went
    calls = step(SECOND).part("[aria-label='Meanwhile, on the back channel'] > li")
    calls.expect("site B → Identity POST …/token", "GET …/jwks.json", "userinfo")
    calls.part(".cookie").expect("no cookies")
    step(SECOND).expect("no cookie: Identity’s and site A’s are for another host")


def test_an_exchange_opens_in_place_and_explains_each_parameter_and_each_check(restarted_sites, watching, signed_in):
    watching.open("/ladder/")
    asked = watching.rung(SECOND, "GET /identity/o/authorize")
    asked.get_by_role("link", name="open").click()
    exchange = asked.locator(".exchange")
    expect(exchange).to_contain_text("After this message, site B can exchange the code")
    explained = {
        "client_id": "Which site asks.",
        "state": "Ties the answer to the session that asked",
        "nonce": "Comes back inside the ID Token",
        "code_challenge": "Hash of a secret in the site’s session",
        "scope": "What the site wants to know.",
    }
    for name, meaning in explained.items():
        row = exchange.locator(".parameters").first.locator("tr").filter(
            has=watching.page.get_by_role("rowheader", name=name, exact=True)
        )  # fmt: skip
        expect(row).to_contain_text(meaning)
    callback = watching.rung(SECOND, "GET /oidc/callback/")
    callback.locator(":scope > .open a").click()
    claims = callback.locator(".claims")
    for claim in ("signature", "iss", "aud", "exp", "nonce", "sub"):
        row = claims.locator("tr").filter(has=watching.page.get_by_role("rowheader", name=claim, exact=True))
        expect(row).to_contain_text("✓ passed")
    # both stay open while something is new
    signed_in.visit("site_a", "/values/")
    expect(watching.page.locator("#news")).to_be_visible()
    expect(exchange).to_be_visible()
    expect(claims).to_be_visible()
    asked.get_by_role("link", name="close").click()
    expect(exchange).to_have_count(0)


def test_side_by_side_follows_three_sessions_through_sign_in_and_sign_out(lab, watching, person):
    watching.open()
    expect(watching.heading).to_contain_text("Nothing is recorded of this browser yet.")
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    expect(watching.lead).to_contain_text("Two servers, two session cookies, none in common.")
    person.visit("site_b", "/orders/")
    person.expect_known_as("alice")
    expect(watching.lead).to_contain_text("Three servers, three session cookies, none in common.")
    expect(watching.heading).to_have_text("All three say you are alice.")
    expect(watching.lead).to_contain_text("The password went to Identity alone")
    for server in ("identity", "site_a", "site_b"):
        key = person.jar(server)[f"{server}_session"][:6]
        expect(watching.column(server)).to_contain_text("Here you are alice")
        expect(watching.column(server).locator(".sheet .key").first).to_have_text(f"{key}…")
        expect(watching.column(server).locator(".trail .countdown")).to_have_text(re.compile("13 d 23 h"))
    expect(watching.column("site_a")).to_contain_text("until")  # the key before sign-in
    sign_out(person.page, "Sign out of this site")
    expect(watching.you("site_b")).to_contain_text("not signed in")
    expect(watching.you("site_a")).to_contain_text("alice")
    expect(watching.column("site_b")).to_contain_text("None any more: the row was deleted")
    expect(watching.heading).to_contain_text("Identity and site A say you are alice; site B does not know you.")


def test_the_matrix_says_what_was_seen_and_marks_what_is_inferred(watching, signed_in):
    signed_in.visit("site_a")
    signed_in.visit("identity")
    watching.open()
    for name, server in [("identity_session", "Identity"), ("site_a_session", "site A"), ("site_b_session", "site B")]:
        expect(watching.cell(name, server)).to_contain_text(re.compile(r"set \d\d:\d\d:\d\d.*sent \d\d"))
    for name, server in (
        ("identity_session", "site A"),
        ("site_b_session", "Identity"),
        ("site_a_session", "Identity"),
    ):
        expect(watching.cell(name, server)).to_have_text(re.compile("not sent another host follows"))
    expect(watching.cell("site_a_session", "site B")).to_contain_text("follows")


def test_a_session_that_somebody_else_ends_shows_at_once(lab, watching, signed_in):
    watching.open()
    expect(watching.column("site_a")).to_contain_text("Here you are alice")
    lab.manage("site_a", "shell", "-v", "0", "-c", f"{SESSIONS}.get().delete()")
    expect(watching.column("site_a")).to_contain_text("deleted by something without its key")
    expect(watching.you("site_a")).to_contain_text("not signed in")


def test_two_browsers_are_two_columns_and_this_one_is_the_default(lab, browser, watching, signed_in):
    other = Browsing(browser.new_context(user_agent="Mozilla/5.0 Firefox/153.0").new_page(), lab)
    other.sign_in_at("site_a", "bob")
    other.expect_known_as("bob")
    watching.open()
    expect(watching.you("site_a")).to_contain_text("alice")
    watching.open("/visitors/")
    expect(watching.heading).to_contain_text("2 visitors, no key in common")
    rows = watching.page.locator("#compare tbody tr")
    expect(rows.filter(has_text="site A").locator("td").nth(0)).to_contain_text("bob")
    expect(rows.filter(has_text="site A").locator("td").nth(1)).to_contain_text("alice")
    watching.page.get_by_role("link", name="Firefox").click()
    expect(watching.you("site_a")).to_contain_text("bob")
    expect(watching.page.locator("main")).to_contain_text("another User-Agent than this browser’s")


def test_a_cart_at_the_second_site_does_not_make_one_somebody_else(watching, person):
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    watching.open()
    person.visit("site_b", "/cart/")  # its form has a CSRF cookie, and there is no session yet
    expect(watching.column("site_b")).to_contain_text("site_b_csrftoken")
    expect(watching.column("site_b")).to_contain_text("a guess")
    expect(watching.you("site_a")).to_contain_text("alice")
    expect(watching.you("site_b")).to_contain_text("not certain")
    expect(watching.heading).to_contain_text("of site B nothing is certain")
    person.page.locator(".here").get_by_role("link", name="Sign in").click()
    person.expect_known_as("alice")
    expect(watching.heading).to_contain_text("All three say you are alice.")


def test_a_tab_stays_with_whom_it_has_shown(lab, browser, watching, signed_in):
    watching.open()
    expect(watching.you("site_a")).to_contain_text("alice")
    private = Browsing(browser.new_context().new_page(), lab)
    private.sign_in_at("site_a", "bob")
    private.expect_known_as("bob")
    expect(watching.page.get_by_role("link", name="bob")).to_have_count(1)
    expect(watching.you("site_a")).to_contain_text("alice")
    watching.page.get_by_role("link", name="Ladder").click()
    expect(watching.page.locator("#now")).to_contain_text("alice")


def test_where_either_may_be_meant_it_asks_once_and_says_nothing_before(lab, browser, watching, signed_in):
    private = Browsing(browser.new_context().new_page(), lab)
    private.sign_in_at("site_a", "bob")
    private.expect_known_as("bob")
    watching.open("/ladder/")
    expect(watching.heading).to_have_text("Which of these are you?")
    expect(watching.page.locator(".you")).to_have_count(0)
    alice = watching.page.locator(".which li").filter(has_text="alice")
    expect(alice).to_contain_text("GET /orders/ at site B")
    alice.get_by_role("link", name="This is me").click()
    expect(watching.page.locator("#now")).to_contain_text("alice")
    another_tab = watching.page.context.new_page()
    another_tab.goto(lab.origin("inspector"))
    expect(Watching(another_tab, lab).you("site_a")).to_contain_text("alice")


def test_a_link_beside_the_bar_leads_to_the_inspector_as_this_very_visitor(lab, browser, signed_in):
    private = Browsing(browser.new_context().new_page(), lab)
    private.sign_in_at("site_a", "bob")
    for person, name in ((signed_in, "alice"), (private, "bob")):
        person.visit("site_a")
        person.page.get_by_role("link", name="In the inspector").click()
        expect(Watching(person.page, lab).you("site_a")).to_contain_text(name)
        expect(person.page.locator(".whose")).to_contain_text("this browser, since a link on its page led here seen")
        expect(person.page.locator("#live")).to_contain_text("Live")  # the script has noted who this is
        person.page.goto(lab.origin("inspector") + "/ladder/")
        expect(person.page.locator("#now")).to_contain_text(name)


def follow_link_from(person, site, path):
    """After a page with a form, whose cookie makes this browser known there. Until the script has noted it."""
    person.visit(site, path)
    person.visit(site)
    person.page.get_by_role("link", name="In the inspector").click()
    expect(person.page.locator("#live")).to_contain_text("Live")


def test_links_on_pages_of_two_servers_join_what_they_saw_of_one_browser(lab, watching, person):
    follow_link_from(person, "site_a", "/values/")
    with person.page.expect_response("**/visitors/same/"):
        follow_link_from(person, "site_b", "/cart/")
    watching.open("/visitors/")
    expect(watching.page.locator("#joins")).to_contain_text("site A and site B: links on pages of both")
    expect(watching.page.locator("#compare thead th")).to_have_count(1)


def test_a_private_window_is_a_visitor_of_its_own(lab, browser, watching, signed_in):
    private = Browsing(browser.new_context().new_page(), lab)
    private.sign_in_at("site_b", "bob")
    private.expect_known_as("bob")
    watching.open("/visitors/")
    expect(watching.page.locator("#compare thead th")).to_have_count(2)
    row = watching.page.locator("#compare tbody tr").filter(has_text="site B")
    expect(row).to_contain_text(private.jar("site_b")["site_b_session"][:6])
    expect(row).to_contain_text(signed_in.jar("site_b")["site_b_session"][:6])


def test_by_keyboard_alone_a_rung_is_opened_and_closed(watching, signed_in):
    watching.open("/ladder/")
    page = watching.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the page"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a[data-opens]')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".rung .exchange")).to_have_count(1)
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Enter")
    expect(page.locator(".rung .exchange")).to_have_count(0)


def test_without_script_every_page_is_whole(lab, browser, signed_in):
    page = browser.new_context(java_script_enabled=False).new_page()
    watching = Watching(page, lab)
    watching.open()
    expect(watching.column("site_b")).to_contain_text("Here you are alice")
    page.get_by_role("link", name="Ladder").click()
    expect(watching.step(SECOND)).to_have_count(1)
    asked = watching.rung(SECOND, "GET /identity/o/authorize")
    expect(asked).to_contain_text("browser → Identity GET …/authorize")
    expect(asked).to_contain_text("Identity → browser 303 to site B’s callback, with code")
    watching.rung(SECOND, "GET /identity/o/authorize").get_by_role("link", name="open").click()
    expect(page.locator("#exchange")).to_contain_text("After this message, site B can exchange the code")
    page.get_by_role("link", name="On the ladder").click()
    expect(watching.step(SECOND)).to_have_count(1)


def test_the_journal_may_be_emptied_trimmed_or_deleted_while_a_page_is_open(
    stopped_afterwards, lab, watching, signed_in
):
    watching.open("/ladder/")
    expect(watching.step(FIRST)).to_have_count(1)
    with journal(lab) as file:
        at_site_b = "json_extract(content, '$.path') = '/orders/'"
        (first,) = file.execute(f"SELECT min(id) FROM journal_entry WHERE {at_site_b}").fetchone()
        file.execute("DELETE FROM journal_entry WHERE id < ?", [first])
    signed_in.visit("site_b")
    expect(watching.step(FIRST)).to_have_count(0)
    expect(watching.step(SECOND)).to_have_count(1)
    with journal(lab) as file:
        file.execute("DELETE FROM journal_entry")
    expect(watching.page.locator("#nothing")).to_be_visible()
    signed_in.visit("site_b")
    expect(watching.step("Site B knew alice")).to_have_count(1)
    for file in (lab.state / "var").glob("journal.sqlite3*"):
        file.unlink()
    expect(watching.page.locator("#nothing")).to_be_visible()
    expect(watching.page.locator(".rung")).to_have_count(0)

    for _ in range(40):
        signed_in.visit("site_b")  # the first writes that meet the new file may fail
        if watching.page.locator(".rung").count():
            break
    expect(watching.step("Site B knew alice").last).to_be_visible()
    assert "Traceback" not in lab.output


def test_an_exchange_that_is_gone_says_so_and_asks_no_more(lab, watching, person):
    person.visit("site_a", "/begin/value/")
    watching.open("/ladder/")
    watching.open(watching.page.locator(".rung > .open a").last.get_attribute("href"))
    asked = []
    watching.page.on("request", lambda request: "/exchange/" in request.url and asked.append(request.url))
    with journal(lab) as file:
        file.execute("DELETE FROM journal_entry")
    expect(watching.page.locator("#live")).to_have_text("This is not in the journal any more.")
    watching.page.wait_for_timeout(1500)  # longer than the pause after which a failed question is asked again
    assert len(asked) == 1


def test_the_page_goes_on_when_the_inspector_has_been_restarted(lab, watching, signed_in):
    watching.open("/ladder/")
    expect(watching.step(SECOND)).to_have_count(1)
    lab.stop("inspector")
    expect(watching.page.locator("#live")).to_contain_text("The inspector does not answer")
    signed_in.visit("site_a", "/values/")
    lab.start("inspector")
    expect(watching.step("Site A knew alice").last).to_contain_text("GET /values/", timeout=15_000)
    expect(watching.page.locator("#live")).to_contain_text("live")


def test_a_hidden_page_listens_to_nothing_and_catches_up_when_it_is_seen_again(lab, watching, signed_in):
    lab.stop("inspector")  # where pages of other tests may still seem to listen
    lab.start("inspector")
    streams = set()
    # Its answer has begun: a thread of the inspector has it.
    watching.page.on("response", lambda answer: "/stream/" in answer.url and streams.add(answer.request))
    watching.page.on("requestfailed", lambda request: streams.discard(request))
    watching.open("/ladder/")
    until(watching.page, lambda: len(streams) == 1)
    hide(watching.page, True)
    until(watching.page, lambda: not streams)
    signed_in.visit("site_a", "/values/")
    watching.page.wait_for_timeout(1000)  # much longer than a listening page takes
    expect(watching.step("GET /values/")).to_have_count(0)
    until(watching.page, lambda: not works_in_vain(lab.processes["inspector"]))
    hide(watching.page, False)
    expect(watching.step("GET /values/")).to_have_count(1)
    until(watching.page, lambda: len(streams) == 1)
    assert "Traceback" not in lab.output


def test_where_tabs_cannot_share_a_stream_each_visible_page_has_its_own(watching, person):
    """Locks need a secure context, which ``http://inspector.lab.test`` is none of."""
    watching.page.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    watching.open("/ladder/")
    person.visit("site_a", "/begin/value/")
    expect(watching.step("Site A began a session: a key, a row, a cookie")).to_have_count(1)


@pytest.mark.slow
def test_ten_tabs_of_the_inspector_and_of_each_site_do_not_block_one_another(lab, context, watching, signed_in):
    pages = []
    for _ in range(10):
        for server, path in (("inspector", "/ladder/"), ("site_a", "/"), ("site_b", "/")):
            page = context.new_page()
            page.goto(lab.origin(server) + path)
            pages.append((server, page))
    signed_in.visit("site_a", "/session/")
    for server, page in pages:
        if server == "inspector":
            expect(page.locator(".click").filter(has_text="GET /session/")).to_have_count(1)
        else:
            page.reload()
            expect(page.locator(".here")).to_contain_text("Here you are alice")


def test_a_second_tab_that_was_rendered_before_the_news_catches_up(lab, context, watching, person):
    watching.open("/ladder/")
    second = context.new_page()
    second.route("**/inspector.js", lambda route: (person.visit("site_a", "/begin/value/"), route.continue_()))
    second.goto(lab.origin("inspector") + "/ladder/")
    expect(second.locator(".click")).to_have_count(1)


def test_a_page_whose_question_failed_asks_again(lab, watching, person):
    watching.open("/ladder/")
    expect(watching.page.locator("#live")).to_contain_text("live")
    refused = []

    def refuse_once(route):
        refused.append(route.request.url)
        route.abort() if len(refused) == 1 else route.continue_()

    watching.page.route(re.compile("/ladder/"), refuse_once)
    person.visit("site_a", "/begin/value/")
    expect(watching.step("Site A began a session")).to_have_count(1)
    assert len(refused) > 1


def test_opened_twice_at_once_an_exchange_is_there_once_and_the_focus_stays(watching, signed_in):
    watching.open("/ladder/")
    link = watching.rung(SECOND, "GET /identity/o/authorize").locator(".open a")
    link.evaluate("link => { link.click(); link.click(); }")
    expect(watching.page.locator(".rung .exchange")).to_have_count(1)
    watching.open()
    summary = watching.column("site_a").get_by_text("The row: ")
    summary.focus()
    signed_in.visit("site_a", "/values/")
    expect(watching.column("site_a")).to_contain_text("GET /values/")
    assert watching.page.evaluate("document.activeElement.closest('.column')?.textContent.includes('Site A')")


def test_a_row_that_runs_out_is_noticed_without_anything_being_asked(lab, watching, person):
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    soon = (datetime.now(UTC) + timedelta(seconds=6)).isoformat()
    with journal(lab) as file:
        file.execute(
            "UPDATE journal_entry SET content = json_set(content, '$.after.expires', ?)"
            " WHERE server = 'site_a' AND json_extract(content, '$.after.expires') IS NOT NULL",
            [soon],
        )
    watching.open()
    expect(watching.you("site_a")).to_contain_text("alice")
    expect(watching.you("site_a")).to_contain_text("not signed in", timeout=15_000)
    expect(watching.column("site_a")).to_contain_text("a row past its expire date, which counts as none")


def test_a_session_that_is_not_seen_any_more_is_not_called_signed_out(lab, watching, signed_in):
    with journal(lab) as file:
        file.execute("DELETE FROM journal_entry")
    signed_in.visit("site_b")
    watching.open()
    expect(watching.you("site_a")).to_contain_text("not seen yet")
    expect(watching.heading).to_contain_text("Site B says you are alice; of Identity and site A nothing is recorded.")


def test_what_changes_something_must_come_from_a_page_of_the_inspector(lab, browser, watching, signed_in):
    target = f"{lab.origin('inspector')}/start-over/"

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<form method="post" action="{target}"><button>Win a prize</button></form>'.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = browser.new_page()
        page.goto(f"http://localhost:{server.server_port}/")
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("this did not come from a page of the inspector")
        page.go_back()
        read = page.evaluate("url => fetch(url).then(answer => answer.text(), error => String(error))", target)
        assert read.startswith("TypeError"), "a page of another origin reads what the inspector shows"
    finally:
        server.shutdown()
        server.server_close()
    watching.open("/ladder/")
    expect(watching.step(FIRST)).to_have_count(1)


def test_what_somebody_sends_is_text_and_never_markup(lab, watching, person):
    markup = "<img src=x onerror=document.title=1>"
    person.page.context.add_cookies([{"name": "evil", "value": markup, "url": lab.origin("site_a")}])
    person.page.context.set_extra_http_headers({"Referer": f"http://site-a.localhost/{markup}"})
    person.visit("site_a", f"/begin/value/?{markup}={markup}")
    person.visit("site_a", f"/{markup}/")
    with journal(lab) as file:
        numbers = [number for (number,) in file.execute("SELECT id FROM journal_entry WHERE visitor != ''")]
    assert len(numbers) == 2
    for path in ("/", "/ladder/", "/visitors/", *(f"/exchange/{number}/" for number in numbers)):
        watching.open(path)
        expect(watching.page.locator("img")).to_have_count(0)
        assert watching.page.title() != "1"
    expect(watching.page.locator("pre").first).to_contain_text("<img src=x")


def test_its_loopback_names_lead_to_the_inspector_and_no_other_name_does(lab, page):
    page.goto(f"http://localhost:{lab.port + 3}/ladder/")
    assert page.url == f"{lab.origin('inspector')}/ladder/"
    answer = page.goto(f"http://elsewhere.localhost:{lab.port + 3}/")
    assert answer.status == 400
    assert page.context.cookies() == []


def test_the_archive_is_one_that_others_can_read(lab, browser, watching, signed_in):
    watching.open("/export/")
    with watching.page.expect_download() as download:
        watching.page.get_by_role("link", name="This visitor").click()
    har = json.loads(download.value.path().read_text())
    urls = [entry["request"]["url"] for entry in har["log"]["entries"]]
    assert any(url.startswith(lab.origin("identity") + "/identity/o/api/token") for url in urls)
    assert har["log"]["version"] == "1.2"
    # an independent reader: Playwright answers from it, with no server
    page = browser.new_page()
    page.route_from_har(download.value.path(), not_found="abort")
    assert page.goto(lab.origin("site_b") + "/orders/").status == 200
    assert page.evaluate("document.body.innerText") == ""  # bodies are not recorded
