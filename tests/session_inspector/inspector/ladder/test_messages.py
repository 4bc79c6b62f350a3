"""Stepping through one sign-in, message by message."""

from dataclasses import replace

import pytest

from session_inspector.inspector.ladder.message_sentences import of_message, title_of
from session_inspector.inspector.ladder.messages import messages_in
from session_inspector.inspector.ladder.steps import Step, ladder_of, sign_in_with
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.journal.schema import Failure, Store
from tests.page import text_of
from tests.session_inspector.inspector.traffic import (
    ALICE,
    IDENTITY,
    KNOWN,
    NOBODY,
    PASSWORD,
    address,
    answered,
    call,
    change,
    exchange,
    masked,
    row,
    told,
)

CALLBACK = "http://site-b.localhost:8002/oidc/callback/"
LOCATION = address(CALLBACK, code=masked("Yk1nR4xyz"))


@pytest.fixture
def said(visitor):
    """What is said of each message of the newest click."""
    return lambda: [of_message(message).text for message in messages_in(ladder_of(visitor).steps[-1:])]


def sign_in():
    """alice, known at Identity, signs in at site B."""
    first = exchange("site_b", "/oidc/authenticate/", status=302, location=address(f"{IDENTITY}/identity/o/authorize"),
                     tells=[told("site_b_session", "b1", "site_b")], after=row("b1"), journey="j1")  # fmt: skip
    exchange("identity", "/identity/o/authorize", 0.1, status=302, location=LOCATION, user=ALICE, journey="j1",
             sends={"identity_session": "i1"}, before=row("i1", **KNOWN), after=row("i1", **KNOWN))  # fmt: skip
    exchange("site_b", "/oidc/callback/", 0.2, query=[["code", masked("Yk1nR4xyz")]], status=302, location="/",
             sends={"site_b_session": "b1"}, before=row("b1"), after=row("b2", **KNOWN), user=ALICE, ms=200.0,
             journey="j1")  # fmt: skip
    token = {"method": "POST", "form": [["code", masked("Yk1nR4xyz")]], "answer": {"id_token": "x"}}
    call("site_b", at=0.21, **token)
    call("site_b", "/.well-known/jwks.json", 0.22)
    call("site_b", "/identity/o/api/userinfo", 0.23)
    exchange("site_b", "/", 0.5, sends={"site_b_session": "b2"}, user=ALICE, before=row("b2", **KNOWN),
             after=row("b2", **KNOWN))  # fmt: skip
    return first


def test_each_message_of_a_sign_in_has_its_sentence(said):
    sign_in()
    without = "server to server, without a cookie"
    assert said() == [
        "The browser asks site B to sign you in, without a session cookie.",
        "Site B makes a session row and sends the browser on to Identity.",
        "The browser asks Identity who you are and sends Identity’s session cookie.",
        "Identity finds alice’s row and asks for no password: it sends the browser back to site B with a code.",
        "The browser brings site B a code from Identity and sends site B’s session cookie.",
        f"Site B sends Identity the code and asks for tokens, {without}.",
        "Identity gives site B an ID Token: it says who you are.",
        f"Site B fetches the public keys of Identity, {without}.",
        f"Site B asks Identity whose the access token is, {without}.",
        "Site B knows you as alice from now on, gives the session a new key and sends the browser on to the front "
        "page.",
        "The browser asks site B for / and sends site B’s session cookie.",
        "Site B finds alice’s row and shows a page.",
    ]


OTHERS = [
    ({"server": "identity", "path": "/accounts/login/", "method": "POST", "form": PASSWORD, "status": 302,
      "location": "/", "after": row("i1", **KNOWN), "user": ALICE},
     ["The browser sends the password to Identity, without a session cookie.",
      "Identity knows you as alice from now on, makes a session row and sends the browser on to the front page."]),
    ({"server": "identity", "path": "/accounts/login/"},
     ["The browser asks Identity for the sign-in form, without a session cookie.",
      "Identity shows the sign-in form."]),
    ({"server": "identity", "path": "/identity/o/authorize", "status": 302, "location": "/accounts/login/"},
     ["The browser asks Identity who you are, without a session cookie.",
      "Identity sends the browser to the sign-in form."]),
    ({"server": "identity", "path": "/identity/o/authorize", "query": [["prompt", "none"]], "status": 302,
      "location": CALLBACK},
     ["The browser asks Identity who you are, with no page allowed, without a session cookie.",
      "Identity sends the browser on to site B’s callback."]),
    ({"path": "/oidc/callback/", "query": [["error", "access_denied"]], "status": 403,
      "failed": Failure("you were refused", "")},
     ["The browser brings site A an error from Identity, access_denied, without a session cookie.",
      "Site A answers 403: you were refused."]),
    ({"path": "/values/", "method": "POST", "status": 204, "before": row("a1", x=1), "after": row("a1", x=2),
      "sends": {"site_a_session": "a1"}},
     ["The browser sends site A a form, to /values/, and sends site A’s session cookie.",
      "Site A changes the row and answers 204."]),
    ({"path": "/oidc/logout/", "method": "POST", "status": 302, "location": "/", "before": row("a1", **KNOWN),
      "sends": {"site_a_session": "a1"}, "user": NOBODY},
     ["The browser sends site A a form, to /oidc/logout/, and sends site A’s session cookie.",
      "Site A does not know you any more, does not have the row any more and sends the browser on to the front page."]),
    ({"sends": {"site_a_session": "a1"}, "before": row("a1", hours=-1)},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A finds the row past its expire date and shows a page."]),
    ({"sends": {"site_a_session": "a1"}, "before": row("a1"), "after": row("a1", hours=-1)},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A moves the row’s expire date into the past and shows a page."]),
    ({"sends": {"site_a_session": "a1"}, "type": "application/json"},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A finds no row for the key that came and answers 200."]),
    ({"sends": {"site_a_session": "a1"}, "stored_as": Store.COOKIE, "before": row("a1")},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A drops the session in the cookie and shows a page."]),
    ({"sends": {"site_a_session": "a1"}, "before": replace(row("a1"), is_readable=False), "after": row("a1", x=1)},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A cannot read the row, writes over it and shows a page."]),
    ({"sends": {"site_a_session": "a1"}, "stored_as": Store.FILE, "before": row("a1"), "after": row("a1", x=1)},
     ["The browser asks site A for / and sends site A’s session cookie.",
      "Site A changes the file and shows a page."]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentences"), OTHERS)
def test_one_exchange(said, content, sentences):
    exchange(**content)
    assert said() == sentences


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ({"status": None, "failure": "too slow", "path": "/x"},
         ["Site A asks Identity for /x, server to server, without a cookie.",
          "Site A got no usable answer: too slow."]),
        ({"status": 400, "method": "POST", "form": [["code", "x"]]},
         ["Site A sends Identity the code and asks for tokens, server to server, without a cookie.",
          "Identity answers 400."]),
    ],
)  # fmt: skip
def test_a_call_that_failed(said, content, sentences):
    call(**content)
    assert said() == sentences


def test_what_is_no_message_between_two_lanes(said):
    change("deleted", "k1")
    assert said() == ["Site A: a row was deleted by something without its key."]
    answered("/identity/o/api/userinfo", at=60)
    assert said() == ["Identity was asked for …/userinfo, and no record says who asked."]


def test_a_server_that_takes_part_no_more_has_no_lane():
    (message,) = messages_in([Step([Rung(exchange("site_x"))])])
    assert of_message(message).text == "Site_x was asked for /, and has no lane here any more."


def test_a_logout_token_is_one_message(said):
    change("deleted", "k1", by="/oidc/backchannel-logout/")
    assert said() == ["Identity ended a session at site A: the row was deleted because of the logout token."]


def test_a_sentence_rests_on_the_entry_of_its_message_at_both_ends(visitor):
    asked = call(path="/x")
    twin = answered("/x", at=0.001)
    (message,) = messages_in(ladder_of(visitor).steps)
    assert of_message(message).entries == (asked, twin)


def test_the_clicks_of_one_sign_in_are_stepped_through_together(visitor):
    first = exchange("site_b", "/oidc/authenticate/", journey="j1")
    exchange("site_a", "/between/", 1)
    exchange("identity", "/accounts/login/", 2, journey="j1", method="POST", form=PASSWORD)
    steps = sign_in_with(first, visitor)
    assert [step.first.message.path for step in steps] == ["/oidc/authenticate/", "/accounts/login/"]
    assert title_of(messages_in(steps)) == "Signing in at site B"


def test_a_click_that_is_no_sign_in_is_stepped_through_alone(visitor):
    exchange("site_b", "/oidc/authenticate/", journey="j1")
    other = exchange("site_a", "/", 1)
    steps = sign_in_with(other, visitor)
    assert [step.id for step in steps] == [other.id]
    assert title_of(messages_in(steps)) == "One click"


def test_each_message_has_an_address_and_leads_to_its_neighbours(client):
    first = sign_in()
    page = client.get(f"/ladder/{first.id}/3/")
    assert "Signing in at site B, message 3 of 12" in text_of(page)
    assert (
        "<h1>The browser asks Identity who you are and sends Identity’s session cookie.</h1>" in page.content.decode()
    )
    assert f'rel="prev" href="/ladder/{first.id}/2/#back"' in page.content.decode()
    assert f'rel="next" href="/ladder/{first.id}/4/#next"' in page.content.decode()
    assert page.content.decode().count("rung ghost") == 11
    assert 'rel="prev"' not in client.get(f"/ladder/{first.id}/1/").content.decode()
    assert 'rel="next"' not in client.get(f"/ladder/{first.id}/12/").content.decode()


@pytest.mark.parametrize("path", ["1/0", "1/13", "999/1", "9999999999999/1", f"1/{'9' * 30}"])
def test_what_is_not_there_is_not_found(client, path):
    first = sign_in()
    assert first.id == 1
    assert client.get(f"/ladder/{path}/").status_code == 404


@pytest.mark.parametrize("visitor", ["", "v1", "v2"])
def test_whoever_it_was_each_recorded_entry_can_be_stepped_through(client, visitor):
    exchange("site_b", at=1, visitor="v1")
    entry = exchange(visitor=visitor, agent="another")
    page = client.get(f"/ladder/{entry.id}/1/")
    assert "The program asks site A for /, without a session cookie." in text_of(page)


@pytest.mark.parametrize("agent", ["", "curl/8.9.1", "python-requests/2.34"])
def test_what_a_program_asks_for_is_not_told_as_the_browsers(client, agent):
    entry = exchange(method="HEAD", agent=agent, visitor="", status=302, location="/begin/")
    for number in (1, 2):
        page = client.get(f"/ladder/{entry.id}/{number}/")
        assert "browser" not in text_of(page).partition("One click")[2].partition("Runs on this machine")[0].lower()
    assert "Site A sends the program on to" in text_of(page)
