"""A cookie that the browser refuses, by its own attributes: what the pages say of it."""

from dataclasses import replace

import pytest

from session_inspector.explain.cookies import News, news_in, place_of, why_refused
from session_inspector.inspector.observed.server_state import columns_of
from session_inspector.inspector.side_by_side import sentences
from session_inspector.inspector.statement import Rule
from session_inspector.journal.participants import announce
from session_inspector.participant import Participant
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOW, begin_sign_in, exchange, row, told

ONE_PART = "Domain=localhost: a name of one part, which only that host itself may set."
REFUSED = f"A browser refuses the session cookie of site A. {ONE_PART}"


def cookie(name="sessionid", **attributes):
    """As Django tells it, without the attributes that are None."""
    made = told(name, "k1", **{one.replace("_", "-"): value for one, value in attributes.items()})
    kept = {one: value for one, value in made.attributes.items() if value is not None}
    return type(made)(**vars(made) | {"attributes": kept})


@pytest.mark.parametrize(
    ("cookie", "host", "why"),
    [
        (cookie(domain="elsewhere.test"), "a.localhost", "Domain=elsewhere.test: a.localhost is not part of it."),
        (cookie(domain="b.localhost"), "a.localhost", "Domain=b.localhost: a.localhost is not part of it."),
        (cookie(domain="localhost"), "a.localhost", ONE_PART),
        (cookie(domain=".localhost"), "a.localhost", ONE_PART),
        (cookie(domain="localhost"), "localhost", ""),
        (cookie(domain="127.0.0.1"), "127.0.0.1", ""),
        (cookie(domain="localhost"), "127.0.0.1", ONE_PART),
        (cookie(domain="127.0.0.1"), "localhost", "Domain=127.0.0.1: localhost is not part of it."),
        (
            cookie(domain="co.uk"),
            "shop.co.uk",
            "Domain=co.uk: a public suffix, below which strangers have hosts.",
        ),
        (cookie(domain="lab.localhost"), "a.lab.localhost", ""),
        (cookie("__Host-s"), "a.localhost", "A name that begins so needs Secure."),
        (cookie("__Host-s", secure="True", path="/x/"), "a.localhost", "A name that begins so needs Path=/."),
        (
            cookie("__host-s", domain="a.localhost"),
            "a.localhost",
            "A name that begins so needs Secure and no Domain.",
        ),
        (cookie("__Host-s", secure="True"), "a.localhost", ""),
        (cookie("__Secure-s"), "a.localhost", "A name that begins so needs Secure."),
        (cookie(samesite="None"), "a.localhost", "SameSite=None without Secure."),
        (cookie(samesite="none"), "a.localhost", "SameSite=None without Secure."),
        (cookie(samesite="None", secure="True"), "a.localhost", ""),
        (cookie(partitioned="True"), "a.localhost", "Partitioned without Secure."),
        (cookie(secure="True"), "shop.test", "Secure, and shop.test was asked over http."),
        (cookie(secure="True"), "a.localhost", ""),
        (cookie(secure="True"), "[::1]", ""),
        (cookie(domain="elsewhere.test"), "", ""),
        (cookie(domain="localhost"), "", ""),
        (cookie("__Secure-s"), "", "A name that begins so needs Secure."),
    ],
)
def test_a_browser_refuses_it_for_its_name_and_attributes(cookie, host, why):
    assert why_refused(cookie, host, "http") == why


def test_a_secure_one_is_kept_where_the_host_is_asked_over_https():
    assert why_refused(cookie(secure="True"), "shop.test", "https") == ""


def test_a_host_of_one_part_that_names_itself_as_the_domain_has_named_none():
    assert place_of({"domain": "localhost"}, "localhost") == place_of({}, "localhost")
    assert place_of({"domain": "lab.localhost"}, "lab.localhost") != place_of({}, "lab.localhost")


def test_it_is_news_of_its_exchange():
    entry = exchange(tells=[cookie(domain="localhost")])
    assert news_in(entry.exchange) == [News(entry.exchange.set_cookies[0], "refused", ONE_PART)]


@pytest.fixture
def begun():
    """Site A begins a sign-in in a session whose cookie has a Domain of one part; the answer comes without it."""

    def begin(**attributes):
        names = told("site_a_session", "k1", "site_a", **attributes)
        first = exchange(path="/oidc/authenticate/", status=302, tells=[names], after=row("k1", oidc_states={}))
        return first, exchange(path="/oidc/callback/", at=1, status=400)

    return begin


def test_it_is_said_first_with_the_exchanges_that_show_it(client, begun, visitor):
    told_it, came = begun(domain="localhost")
    said = sentences.of_columns(columns_of(visitor, NOW))
    assert (said.text, said.entries, said.rule) == (REFUSED, (told_it, came), Rule.REFUSED)
    page = text_of(client.get("/", {"visitor": "v1"}))
    assert REFUSED in page
    assert "cookie refused by the browser key none" in page
    assert "The browser does not keep its cookie, so no row will be found." in page
    assert f"12:00:00; refused by the browser. {ONE_PART}" in page
    assert "never came back" not in page
    assert "Possible" not in page


def test_no_cell_says_that_it_went_there(client, begun):
    begun(domain="localhost")
    assert "set 12:00:00 refused by the browser" in text_of(client.get("/", {"visitor": "v1"}))


def test_the_exchange_that_set_it_says_why(client, begun):
    told_it, _ = begun(samesite="None")
    page = text_of(client.get(f"/exchange/{told_it.id}/"))
    assert "Set-Cookie: site_a_session refused" in page
    assert "A browser refuses it. SameSite=None without Secure." in page


def test_the_exchange_that_set_one_too_large_says_why(client):
    told_it = exchange(tells=[replace(told("site_a_session", "k1", "site_a"), size=5000)])
    page = text_of(client.get(f"/exchange/{told_it.id}/"))
    assert "too large Name and value have 5000 bytes." in page
    assert "Kept for" not in page


def test_the_ladder_says_why_none_came(client, begun):
    begun(domain="localhost")
    page = text_of(client.get("/ladder/", {"visitor": "v1"}))
    assert "refused site_a_session k1… " in page
    assert "GET /oidc/callback/ no cookie: the browser refused it" in page


def test_what_the_browser_had_before_it_keeps(client):
    known = row("k1", **KNOWN)
    exchange(tells=[told("site_a_session", "k1", "site_a")], after=known, user=ALICE)
    sends = {"site_a_session": "k1"}
    again = told("site_a_session", "k1", "site_a", domain="localhost")
    exchange(at=1, sends=sends, tells=[again], before=known, after=known, user=ALICE)
    assert "Here you are alice" in text_of(client.get("/", {"visitor": "v1"}))


def test_one_that_came_all_the_same_was_not_refused(client):
    exchange(tells=[told("site_a_session", "k1", "site_a", domain="localhost")], after=row("k1"))
    exchange(at=1, sends={"site_a_session": "k1"}, before=row("k1"), after=row("k1"))
    assert "refused by the browser" not in text_of(client.get("/", {"visitor": "v1"}))


def test_a_neighbour_s_cookie_that_is_refused_takes_none_away(client):
    for number, name in enumerate(("shop", "blog")):
        announce(Participant(name, f"http://localhost:{9000 + number}", session_cookie=f"{name}_session"))
    known = row("k1", **KNOWN)
    exchange("shop", tells=[told("shop_session", "k1", "shop")], after=known, user=ALICE)
    exchange("blog", at=1, tells=[told("shop_session", "k2", "shop", samesite="None")])
    assert "alice" in text_of(client.get("/", {"visitor": "v1"}))


def test_a_cookie_that_browsers_keep_is_counted_as_before(visitor):
    begin_sign_in()
    assert sentences.of_columns(columns_of(visitor, NOW)).text == "One session cookie, at site A."
