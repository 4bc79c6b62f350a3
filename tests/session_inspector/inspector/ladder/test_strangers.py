"""Clients and providers that do not record themselves are drawn from what others sent there and got from there."""

from dataclasses import replace

import pytest

from session_inspector.inspector.ladder.filters import Filter
from session_inspector.inspector.ladder.message_sentences import text_of
from session_inspector.inspector.ladder.messages import messages_of
from session_inspector.inspector.ladder.sentences import of_step
from session_inspector.inspector.ladder.steps import MAX_LANES, ladder_of
from session_inspector.journal.participants import (
    announce,
    lanes,
    name_of_provider,
    participant_named,
    provider,
    provider_of,
    stranger_at,
)
from tests.page import text_in
from tests.session_inspector.inspector.traffic import (
    ALICE,
    KNOWN,
    OF_SITE,
    address,
    call,
    change,
    exchange,
    masked,
    row,
    token,
    told,
)

PLACE = "127.0.0.1:9400"
CLIENT = "localhost:3000"
CALLBACK = f"http://{CLIENT}/callback"
AUTHORIZE = address(f"http://{PLACE}/authorize", client_id="a", state=masked("s"))
REDEEM = (("grant_type", "authorization_code"), ("code", masked("c0de")), ("redirect_uri", CALLBACK))
LINE = "does not record itself: only what others sent there and got from there is shown."


@pytest.fixture
def elsewhere():
    """Site A says that it signs in at another provider."""
    announce(replace(participant_named("site_a"), provider=f"http://{PLACE}"))


def ask_elsewhere():
    exchange(
        "site_a", "/oidc/authenticate/", status=302, location=AUTHORIZE, journey="j1",
        tells=[told("site_a_session", "a0", "site_a")], after=row("a0", oidc_states={}),
    )  # fmt: skip


def come_back_from_elsewhere():
    """After a while: whoever that is has typed something there."""
    exchange(
        "site_a", "/oidc/callback/", 20, sends={"site_a_session": "a0"}, status=302, location="/", ms=200.0,
        query=[["code", masked("c0de")]], before=row("a0", oidc_states={}), after=row("a1", **KNOWN), user=ALICE,
        journey="j1", tells=[told("site_a_session", "a1", "site_a")], id_token=token(passed=["iss"]),
    )  # fmt: skip
    form = (("grant_type", "authorization_code"), ("code", masked("c0de")), ("code_verifier", masked("v")))
    call(path="/token", at=20.01, to=PLACE, method="POST", form=form, answer={"id_token": masked("t")})
    call(path="/keys", at=20.02, to=PLACE, answer={"keys": []})
    call(path="/me", at=20.03, to=PLACE, answer={"sub": "carol"})


@pytest.fixture
def signed_in_elsewhere(elsewhere):
    ask_elsewhere()
    come_back_from_elsewhere()


def titles(step):
    return [one.title for one in step.lanes]


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_each_click_says_what_its_own_servers_saw_and_names_the_provider_that_was_asked(visitor):
    assert [of_step(step) for step in ladder_of(visitor).steps] == [
        f"Site A asks {PLACE} who you are: you have a session before you are signed in",
        f"Site A signed you in: {PLACE} said who you are",
    ]


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_it_has_a_lane_right_of_the_participants_in_the_clicks_that_met_it_and_in_no_other(visitor):
    exchange("site_a", "/shelf/", 40, sends={"site_a_session": "a1"})
    asked, came_back, later = ladder_of(visitor).steps
    assert titles(asked) == titles(came_back) == ["site A", "Identity", "site B", PLACE]
    assert titles(later) == ["site A", "Identity", "site B"]
    (callback,) = came_back.rungs
    assert [(one.endpoint, one.span, one.is_drawn) for one in callback.inside] == [
        ("token", "from-1 to-4", True), ("jwks", "from-1 to-4", True), ("userinfo", "from-1 to-4", True),
    ]  # fmt: skip


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_each_message_names_it_and_says_nothing_of_what_it_did(visitor):
    came_back = ladder_of(visitor).steps[-1]
    assert [text_of(one) for one in messages_of(came_back)][:5] == [
        f"The browser brings site A a code from {PLACE} and sends site A’s session cookie",
        f"Site A sends {PLACE} the code and asks for tokens, server to server, without a cookie",
        f"{PLACE} gives site A an ID Token: it says who you are",
        f"Site A fetches the public keys of {PLACE}, server to server, without a cookie",
        f"Site A asks {PLACE} whose the access token is, server to server, without a cookie",
    ]


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_the_page_draws_it_otherwise_and_says_in_words_that_it_does_not_record(client):
    page = client.get("/ladder/?visitor=v1").content.decode()
    assert page.count('<i class="of-0 at-4 stranger"></i>') == 2
    assert '<p class="message from-0 to-4 rightward unseen of-0">' in page
    text = text_in(page)
    assert f"browser → {PLACE} sent there; not seen to arrive" in text
    assert text.count(f"{PLACE} {LINE}") == 2


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_stepping_through_the_sign_in_it_has_the_same_lane_in_each_message(client, visitor):
    first = ladder_of(visitor).steps[0].id
    page = client.get(f"/ladder/{first}/1/?visitor=v1").content.decode()
    assert '<div class="ladder lanes-4">' in page
    assert '<p class="message from-1 to-4 rightward back of-0">' in page  # a later message, as a thin line


@pytest.mark.usefixtures("elsewhere")
def test_a_logout_token_comes_from_the_provider_of_that_site(visitor):
    change("deleted", "a1", by=OF_SITE["backchannel_logout"])
    change("deleted", "b1", "site_b", at=30, by=OF_SITE["backchannel_logout"])
    at_a, at_b = ladder_of(visitor).steps
    assert of_step(at_a).startswith(f"{PLACE} ended a session at site A")
    assert of_step(at_b).startswith("Identity ended a session at site B")
    assert (at_a.first.span, at_a.first.direction) == ("from-1 to-4", "leftward")


def give_code(at=0.0):
    exchange(
        "identity", "/identity/o/authorize", at, sends={"identity_session": "i1"}, before=row("i1", **KNOWN),
        after=row("i1", **KNOWN), user=ALICE, status=302, journey="j2", location=address(CALLBACK, code=masked("c0de")),
    )  # fmt: skip


def redeem(at=1.0, **content):
    shown = {
        "agent": "python-requests",
        "channel": "back",
        "method": "POST",
        "form": REDEEM,
        "journey": "j2",
        **content,
    }
    return exchange("identity", "/identity/o/api/token", at, **shown)


def test_a_client_that_does_not_record_itself_is_drawn_from_identity_s_half(visitor, client):
    give_code()
    redeem()
    (step,) = ladder_of(visitor).steps
    assert of_step(step) == f"Identity sent you to {CLIENT} with a code"
    assert titles(step) == ["site A", "Identity", "site B", CLIENT]
    (redeemed,) = step.beside
    assert (redeemed.span, redeemed.direction, redeemed.is_drawn) == ("from-2 to-4", "leftward", True)
    text = text_in(client.get("/ladder/?visitor=v1").content.decode())
    assert f"browser → {CLIENT} sent there; not seen to arrive" in text
    assert f"{CLIENT} → Identity POST …/token with code" in text
    assert f"{CLIENT} {LINE}" in text


def test_a_code_that_is_redeemed_with_no_click_in_sight_is_a_line_of_its_own(visitor):
    redeem()
    (step,) = ladder_of(visitor).steps
    assert of_step(step) == f"{CLIENT} redeemed a code at Identity, without the browser"
    assert [text_of(one) for one in messages_of(step)] == [
        f"{CLIENT} sends Identity the code and asks for tokens, server to server, without a cookie",
        "Identity answers 200",
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"channel": "front"},  # an app in the browser
        {"form": (*REDEEM[:2], ("redirect_uri", "com.example.app:/callback"))},  # an app of this machine
        {"form": (*REDEEM[:2], ("redirect_uri", "http://[::1"))},
        {"form": (*REDEEM[:2], ("redirect_uri", "http://localhost:x/"))},
        {"form": (*REDEEM[:2], ("redirect_uri", masked("http")))},
        {"form": REDEEM[:2]},
        {"form": (*REDEEM[:2], ("redirect_uri", "http://site-a.localhost:8001/oidc/callback/"))},
    ],
)
def test_who_redeems_a_code_from_nowhere_that_is_known_is_a_browser_or_a_program(visitor, content):
    redeem(**content)
    (step,) = ladder_of(visitor).steps
    assert step.first.client is None
    assert titles(step) == ["site A", "Identity", "site B"]


@pytest.mark.parametrize(
    "place",
    [
        "identity.localhost:8000",
        "127.0.0.1:8000",  # Identity by another name of this machine
        "localhost:8000",
        "[::1]:8000",
        "inspector.localhost:8003",
        "127.0.0.1:8003",
        "x:y",
        "[",
    ],
)
def test_who_may_be_a_participant_or_the_inspector_is_no_stranger(visitor, place):
    exchange("site_a", "/", status=302, location=address(f"http://{place}/", state=masked("s")))
    (step,) = ladder_of(visitor).steps
    assert step.first.sent_to is None
    assert titles(step) == ["site A", "Identity", "site B"]


def test_a_redirect_that_is_none_of_a_sign_in_makes_no_lane(visitor):
    exchange("site_a", "/", status=302, location=address(f"http://{PLACE}/", page="2"))
    exchange("site_a", "/", 30, status=302, location=f"http://{PLACE}/")
    assert [titles(step) for step in ladder_of(visitor).steps] == [["site A", "Identity", "site B"]] * 2


def test_there_are_no_more_lanes_than_the_stylesheet_has(visitor):
    exchange("site_a", "/", ms=9000.0)
    for number in range(9):
        call(path="/x", at=1 + number / 10, to=f"127.0.0.1:{9400 + number}", journey="")
    (step,) = ladder_of(visitor).steps
    assert len(step.lanes) == MAX_LANES
    assert [one.is_drawn for one in step.first.inside] == [True] * (MAX_LANES - len(lanes())) + [False] * 4


@pytest.mark.usefixtures("signed_in_elsewhere")
def test_a_filter_keeps_its_lane(visitor):
    came_back = ladder_of(visitor).steps[-1]
    shown = Filter(back_channel=True).rungs_of(came_back)
    assert {one.span for one in shown} == {"from-1 to-4"}


def test_a_participant_without_an_address_is_not_the_provider_of_a_site_that_names_none():
    announce(replace(participant_named("site_b"), name="new", title="new", origin=""))
    assert name_of_provider(participant_named("site_a")) == "Identity"


@pytest.mark.parametrize(
    "place",
    [
        "",
        "x" * 300,
        "<b>op</b>.example",
        "op.example\u202e",
        "me:secret@op.example",
        "op.example x",
        "op.example:port",
        "[::1",
        "127.0.0.1:8001",
        "a.localhost:8001",
    ],
)
def test_what_is_no_host_or_may_be_known_is_no_stranger(place):
    assert stranger_at(place) is None


@pytest.mark.parametrize("place", ["127.evil.example:8001", "localhost.evil.example:8001", "127.0.0.1:9999"])
def test_a_name_that_begins_like_one_of_this_machine_is_a_stranger_s(place):
    assert stranger_at(place).title == place


def test_a_provider_whose_address_was_recorded_damaged_is_not_known():
    announce(replace(participant_named("site_a"), provider="http://[::1"))
    assert provider_of(participant_named("site_a")) == provider()


def test_a_host_with_markup_is_shown_as_text_and_cut(client):
    leads = address(f"http://<b>{'x' * 5000}\u202e/authorize", client_id="a", state=masked("s"))
    exchange("site_a", "/", status=302, location=leads, after=row("a0"), tells=[told("site_a_session", "a0", "site_a")])
    page = client.get("/ladder/?visitor=v1").content.decode()
    assert "&lt;b&gt;xx" in page
    assert "<b>xx" not in page
    assert "\u202e" not in page
    assert "x" * 1000 not in page
