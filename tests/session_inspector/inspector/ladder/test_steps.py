"""From entries to rungs and steps."""

from dataclasses import replace

import pytest

from session_inspector.inspector.ladder import steps as laddering
from session_inspector.inspector.ladder.sentences import of_newest, of_step
from session_inspector.inspector.ladder.steps import ladder_of, part_with
from session_inspector.inspector.observed.queries import MAX_ANONYMOUS
from tests.page import text_of
from tests.session_inspector.inspector.traffic import (
    AGENT,
    IDENTITY,
    address,
    answered,
    call,
    change,
    exchange,
    masked,
    row,
    told,
)


@pytest.fixture
def steps(visitor):
    """Each step as the requests of its rungs, ``["site_a GET /", ...]``."""

    def steps_now(**where):
        return [[named(rung) for rung in step.rungs] for step in ladder_of(visitor, **where).steps]

    return steps_now


def named(rung):
    what = rung.change.what if rung.is_change else f"{rung.message.method} {rung.message.path}"
    return f"{rung.entry.server} {what}"


def redirect(server, path, to, at=0.0, **more):
    return exchange(server, path, at, status=302, location=to, **more)


def test_the_redirects_of_one_click_are_one_step_across_servers(steps):
    redirect("site_a", "/oidc/authenticate/", address(f"{IDENTITY}/identity/o/authorize", state="s"))
    redirect("identity", "/identity/o/authorize", address("/accounts/login/", next="x"), 1)
    exchange("identity", "/accounts/login/", 2)
    exchange("site_a", "/", 3)
    assert steps() == [
        ["site_a GET /oidc/authenticate/", "identity GET /identity/o/authorize", "identity GET /accounts/login/"],
        ["site_a GET /"],
    ]


def test_a_form_is_a_click_of_its_own_and_so_is_a_page_that_no_redirect_led_to(steps):
    redirect("identity", "/accounts/login/", "/identity/o/authorize", method="POST")
    exchange("identity", "/accounts/login/", 1, method="POST")
    exchange("site_b", "/identity/o/authorize", 2)
    assert len(steps()) == 3


def asked_by_page(dest, path, at, server="site_a"):
    agent = {"Host": f"{server}.localhost", "User-Agent": AGENT}
    exchange(server, path, at, headers={**agent, "Sec-Fetch-Dest": dest}, status=404)


def test_what_the_page_its_icon_or_the_devtools_ask_for_is_no_click(visitor, client):
    exchange(headers={"User-Agent": AGENT, "Sec-Fetch-Dest": "document"})
    exchange("site_b", at=1)
    asked_by_page("image", "/favicon.ico", 2)
    asked_by_page("empty", "/.well-known/appspecific/com.chrome.devtools.json", 3)
    asked_by_page("iframe", "/inside/", 4, "site_b")
    at_a, at_b = ladder_of(visitor).steps
    assert [rung.message.path for rung in at_a.beside] == [
        "/favicon.ico", "/.well-known/appspecific/com.chrome.devtools.json",
    ]  # fmt: skip
    assert [rung.message.path for rung in at_b.beside] == ["/inside/"]
    page = text_of(client.get("/ladder/?visitor=v1"))
    assert "…/com.chrome.devtools.json" in page
    assert "answered 404" not in page


def test_what_a_page_asked_for_of_which_nothing_is_recorded_says_that_nobody_clicked(visitor):
    asked_by_page("empty", "/status/", 0)
    (alone,) = ladder_of(visitor).steps
    assert of_step(alone) == "Not asked for by a click. Site A answered 404"
    assert of_newest(ladder_of(visitor)).entries == ()


def test_two_tabs_at_the_same_time_are_two_steps(steps):
    redirect("site_a", "/oidc/authenticate/", f"{IDENTITY}/identity/o/authorize", 0)
    redirect("site_b", "/oidc/authenticate/", f"{IDENTITY}/accounts/login/", 0.1)
    exchange("identity", "/identity/o/authorize", 0.2)
    exchange("identity", "/accounts/login/", 0.3)
    assert steps() == [
        ["site_a GET /oidc/authenticate/", "identity GET /identity/o/authorize"],
        ["site_b GET /oidc/authenticate/", "identity GET /accounts/login/"],
    ]


def test_what_a_site_asked_meanwhile_is_inside_its_exchange_and_recorded_at_both_ends_is_one_rung(visitor):
    answered(at=0.011, method="POST")
    site_saw = call(at=0.01, method="POST")
    answered("/identity/o/api/userinfo", at=0.031)
    call(path="/identity/o/api/userinfo", at=0.03)
    exchange("site_a", "/oidc/callback/", 0.0, journey="j1", ms=100.0)
    (step,) = ladder_of(visitor).steps
    (callback,) = step.rungs
    assert [(named(rung), rung.twin.server) for rung in callback.inside] == [
        ("site_a POST /identity/o/api/token", "identity"),
        ("site_a GET /identity/o/api/userinfo", "identity"),
    ]
    assert callback.inside[0].entry == site_saw
    assert (callback.inside[0].span, callback.inside[0].direction) == ("from-1 to-2", "rightward")


def test_a_call_that_nobody_answered_and_one_that_nobody_is_known_to_have_made(visitor):
    call(at=0.01, status=None, failure="ConnectionError")
    answered("/identity/o/api/userinfo", at=9)
    lone, stray = [step.rungs[0] for step in ladder_of(visitor).steps]
    assert (lone.twin, stray.twin) == (None, None)
    assert (lone.is_drawn, stray.is_drawn) == (True, False)  # who asked is not known
    assert stray.is_call


def test_calls_of_two_sign_ins_at_once_are_not_mixed_up(visitor):
    for n, journey in enumerate(("j1", "j2")):
        call(at=0.01 + n / 1000, journey=journey)
        exchange("site_a", "/oidc/callback/", n / 1000, journey=journey, ms=100.0)
    rungs = [rung for step in ladder_of(visitor).steps for rung in step.rungs]
    assert [[inside.entry.journey for inside in rung.inside] for rung in rungs] == [["j1"], ["j2"]]


def test_site_b_stands_at_the_right_so_that_it_asks_to_the_left(visitor):
    call("site_b")
    exchange("site_b", at=1)
    called, asked = [step.rungs[0] for step in ladder_of(visitor).steps]
    assert (called.span, called.direction, called.direction_back) == ("from-2 to-3", "leftward", "rightward")
    assert (asked.span, asked.direction) == ("from-0 to-3", "rightward")


def test_a_row_that_somebody_else_changed_is_a_rung_of_its_own(steps):
    exchange(tells=[told("site_a_session", "k1", "site_a")], after=row("k1"))
    change("deleted", "k1", at=1)
    assert steps() == [["site_a GET /"], ["site_a deleted"]]


def test_what_identity_tells_while_one_signs_out_is_inside_that_exchange(visitor, client):
    exchange("identity", "/accounts/logout/", method="POST", status=302, location="/signed-out/", ms=200.0,
             sends={"identity_session": "i1"}, before=row("i1", _auth_user_id="1"))  # fmt: skip
    for server, at in (("site_a", 0.1), ("site_b", 0.11)):
        change("deleted", server, server, at, by="/oidc/backchannel-logout/")
    exchange("identity", "/signed-out/", 0.3)
    change("deleted", "late", "site_b", at=0.9, by="/oidc/backchannel-logout/")
    first, late = ladder_of(visitor).steps
    assert [rung.server.name for rung in first.first.inside] == ["site_a", "site_b"]
    assert late.first.is_by_logout_token
    said = text_of(client.get("/ladder/?visitor=v1"))
    assert "Signed out of Identity: the row was deleted, and site A and site B were told" in said


def test_who_is_told_a_moment_later_is_named_too(visitor):
    exchange("identity", "/accounts/logout/", method="POST", status=302, location="/signed-out/", ms=200.0,
             sends={"identity_session": "i1"}, before=row("i1", _auth_user_id="1"))  # fmt: skip
    change("deleted", "b", "site_b", 0.1, by="/oidc/backchannel-logout/")
    change("deleted", "a", "site_a", 5, by="/oidc/backchannel-logout/")
    change("deleted", "c", "site_a", 60, by="/oidc/backchannel-logout/")
    left, *_ = ladder_of(visitor).steps
    assert of_step(left) == "Signed out of Identity: the row was deleted, and site B and site A were told"
    assert [rung.entry.sent_key for rung in left.told_later] == [masked("a").fingerprint]


def test_the_rows_that_one_logout_token_deleted_are_one_arrow(visitor, client):
    for n in range(3):
        change("deleted", f"k{n}k{n}k{n}", at=n / 100, by="/oidc/backchannel-logout/")
    (step,) = ladder_of(visitor).steps
    assert (len(step.rungs), step.size) == (1, 3)
    said = text_of(client.get("/ladder/?visitor=v1"))
    assert said.count("POST /oidc/backchannel-logout/") == 1
    assert "row k0k0k0… deleted: nothing was clicked here" in said
    assert "and row k2k2k2… deleted" in said


def test_a_page_of_identity_that_was_open_at_that_moment_told_nobody(visitor):
    exchange("identity", "/", ms=200.0)
    change("deleted", "k1", at=0.1, by="/oidc/backchannel-logout/")
    assert len(ladder_of(visitor).steps) == 2


@pytest.mark.parametrize(
    ("server", "span", "direction"), [("site_a", "from-1 to-2", "leftward"), ("site_b", "from-2 to-3", "rightward")]
)
def test_a_row_that_a_logout_token_deleted_is_an_arrow_from_identity(visitor, client, server, span, direction):
    change("deleted", "k1", server, by="/oidc/backchannel-logout/")
    rung = ladder_of(visitor).steps[0].first
    assert (rung.span, rung.direction) == (span, direction)
    title = rung.server.title
    said = text_of(client.get("/ladder/?visitor=v1"))
    assert f"Identity ended a session at {title}: the row was deleted because of the logout token" in said
    assert f"Identity → {title} POST /oidc/backchannel-logout/ with a logout token no cookies" in said
    assert "row k1… deleted: nothing was clicked here" in said


def test_which_cookies_the_browser_had_for_other_hosts(visitor):
    exchange("site_a", after=row("a1"))
    exchange("identity", at=1, after=row("i1"))
    exchange("site_b", at=2)
    exchange("site_a", at=3, before=row("a1"))
    exchange("site_b", at=4)
    held = [[server.name for server in step.first.held_elsewhere] for step in ladder_of(visitor).steps]
    assert held == [[], ["site_a"], ["identity", "site_a"], ["identity"], ["identity"]]


def test_requests_without_a_cookie_are_shown_as_a_guess(visitor):
    exchange(visitor="")
    exchange(visitor="", agent="curl/8", at=1)
    exchange(visitor="v2", at=2)
    (step,) = ladder_of(visitor).steps
    assert step.first.is_guess


def test_what_was_asked_long_before_the_first_cookie_is_no_guess(visitor):
    exchange(visitor="", at=-3600)
    exchange(visitor="", at=-60)
    exchange()
    assert [step.first.is_guess for step in ladder_of(visitor).steps] == [True, False]


def test_another_visitors_traffic_is_not_shown(steps):
    exchange(visitor="v2")
    assert steps() == []


def shown_in_parts(visitor):
    """The steps of all parts, from the oldest to the newest, each as the ids of its rungs."""
    steps, before = [], laddering.END
    while before:
        ladder = ladder_of(visitor, before)
        steps = [[rung.entry.id for rung in step.rungs] for step in ladder.steps] + steps
        before = ladder.earlier
    return steps


def test_a_long_history_is_shown_in_parts_that_meet_and_cut_no_step_in_two(visitor, monkeypatch):
    monkeypatch.setattr(laddering, "MAX_SHOWN", 4)
    monkeypatch.setattr(laddering, "MAX_STEP", 3)
    made = []
    for n in range(0, 60, 3):
        first = redirect("site_a", "/oidc/authenticate/", f"{IDENTITY}/identity/o/authorize", n)
        second = redirect("identity", "/identity/o/authorize", "/accounts/login/", n + 1)
        made.append([first.id, second.id, exchange("identity", "/accounts/login/", n + 2).id])
    assert shown_in_parts(visitor) == made


def test_two_tabs_across_a_cut_are_whole_too(visitor, monkeypatch):
    monkeypatch.setattr(laddering, "MAX_SHOWN", 2)
    monkeypatch.setattr(laddering, "MAX_STEP", 4)
    made = []
    for n in range(0, 40, 4):
        a = redirect("site_a", "/shelf/", "/oidc/authenticate/", n)
        b = redirect("site_b", "/orders/", "/oidc/authenticate/", n + 0.1)
        made += [[a.id, exchange("site_a", "/oidc/authenticate/", n + 0.2).id]]
        made += [[b.id, exchange("site_b", "/oidc/authenticate/", n + 0.3).id]]
    assert shown_in_parts(visitor) == made


def test_each_exchange_is_in_the_part_that_its_page_leads_to(visitor, monkeypatch):
    monkeypatch.setattr(laddering, "MAX_SHOWN", 4)
    monkeypatch.setattr(laddering, "MAX_STEP", 1)
    for entry in [exchange(at=n) for n in range(12)]:
        part = ladder_of(visitor, part_with(entry) or laddering.END)
        assert entry.id in [step.id for step in part.steps]


def test_two_tabs_that_sign_in_at_one_site_at_once_are_two_steps(visitor):
    for n, journey in enumerate(("j1", "j2")):
        redirect("site_a", "/oidc/authenticate/", f"{IDENTITY}/identity/o/authorize", n / 10, journey=journey)
    for n, journey in enumerate(("j1", "j2")):
        exchange("identity", "/identity/o/authorize", 1 + n / 10, journey=journey)
    journeys = [[rung.entry.journey for rung in step.rungs] for step in ladder_of(visitor).steps]
    assert journeys == [["j1", "j1"], ["j2", "j2"]]


def test_a_redirect_that_nobody_followed_does_not_take_a_later_click(steps):
    redirect("site_a", "/values/language/", "/values/", method="POST")
    exchange("site_a", "/values/", 60)
    assert len(steps()) == 2


def test_a_guess_takes_no_cookie_away(visitor):
    exchange("site_a", after=row("a1"))
    exchange("site_a", at=1, visitor="")
    exchange("site_b", at=2)
    assert [server.name for server in ladder_of(visitor).steps[-1].first.held_elsewhere] == ["site_a"]


def test_the_guesses_of_one_part_are_those_of_its_time(visitor, monkeypatch):
    monkeypatch.setattr(laddering, "MAX_SHOWN", 4)
    monkeypatch.setattr(laddering, "MAX_STEP", 1)
    assert MAX_ANONYMOUS > 4
    made = []
    for n in range(6):
        made += [[exchange("site_b", at=n).id], [exchange(visitor="", at=n + 0.5).id]]
    assert shown_in_parts(visitor) == made


def test_where_one_had_a_cookie_already_a_request_without_is_somebody_elses(visitor):
    exchange(visitor="")
    exchange(at=1)
    exchange(visitor="", at=2)
    exchange("site_b", visitor="", at=3)
    shown = [(step.first.entry.server, step.first.is_guess) for step in ladder_of(visitor).steps]
    assert shown == [("site_a", True), ("site_a", False), ("site_b", True)]


def test_what_no_sign_in_has_tied_together_yet_is_shown_as_a_guess(visitor):
    exchange(visitor="v1")
    exchange("site_b", at=1, visitor="v2")
    exchange("identity", at=2, visitor="v3")
    steps = ladder_of(replace(visitor, possible_aliases=("v2",))).steps
    shown = [(step.first.entry.server, step.first.is_guess) for step in steps]
    assert shown == [("site_a", False), ("site_b", True)]
