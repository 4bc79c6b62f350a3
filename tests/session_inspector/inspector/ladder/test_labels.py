"""What stands on a rung of the ladder."""

import pytest

from session_inspector.inspector.ladder import labels
from session_inspector.inspector.observed.rungs import rungs_of
from session_inspector.journal.schema import Withheld
from tests.session_inspector.inspector.traffic import ALICE, IDENTITY, address, call, exchange, masked, row, token, told

SITE_A = "http://site-a.localhost:8001"
ELSEWHERE = "https://else.example/x"
CODE = address(f"{SITE_A}/oidc/callback/", code=masked("Yk1nR4xyz"))


def rung_of(entry):
    (rung,) = rungs_of([entry])
    return rung


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"query": []}, "GET /x/"),
        ({"query": [["page", "2"]]}, "GET /x/"),
        ({"query": [["page", "2"], ["code", masked("x9Kd2Pabc")]]}, "GET /x/?code=x9Kd2P…"),
        ({"query": [["prompt", "none"], ["error", "no"]]}, "GET /x/?prompt=none&error=no"),
    ],
)
def test_of_a_query_only_what_tells_something_is_shown(content, said):
    assert labels.request_in_short(rung_of(exchange(path="/x/", **content))) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/oidc/authenticate/", "/oidc/authenticate/"),
        ("/identity/o/authorize", "…/authorize"),
        ("/oidc/backchannel-logout/", "…/backchannel-logout/"),
        (f"/{'x' * 50}", f"…/{'x' * 39}…"),
        ("/" * 30, "…//"),
    ],
)
def test_of_a_long_path_the_last_part_is_shown(path, said):
    assert labels.short_path(rung_of(exchange(path=path))) == said


@pytest.mark.parametrize(
    ("server", "path", "content", "said"),
    [
        ("site_a", "/", {}, "page"),
        ("site_a", "/x.json", {"type": "application/json"}, ""),
        ("identity", "/accounts/login/", {}, "the sign-in form"),
        ("site_a", "/x/", {"status": 302, "location": "/"}, "to the front page"),
        ("site_a", "/x/", {"status": 302, "location": f"{IDENTITY}/identity/o/authorize"}, "to Identity"),
        ("identity", "/x/", {"status": 302, "location": CODE}, "to site A’s callback, with code Yk1nR4…"),
        ("site_a", "/x/", {"status": 302, "location": ELSEWHERE}, "to else.example"),
        ("site_a", "/x/", {"status": 302, "location": address(ELSEWHERE)}, "to else.example"),
    ],
)  # fmt: skip
def test_what_came_back_is_said_beside_the_status(server, path, content, said):
    assert labels.answer_in_short(rung_of(exchange(server, path, **content))) == said


PROOFS = (("code", masked("c")), ("code_verifier", masked("v")), ("client_secret", Withheld()))


@pytest.mark.parametrize(
    ("path", "content", "asked", "said"),
    [
        ("/identity/o/api/token", {"form": PROOFS}, "with code, verifier, client secret", "ID Token, access token"),
        ("/identity/o/api/token", {"form": PROOFS[:2]}, "with code, verifier", "ID Token, access token"),
        ("/identity/o/api/token", {}, "", "ID Token, access token"),
        ("/identity/o/api/userinfo", {}, "with the access token", "who you are"),
        ("/.well-known/jwks.json", {"status": 500}, "", ""),
        ("/x", {"status": None, "failure": "too slow"}, "", "no usable answer: too slow"),
    ],
)
def test_a_call_says_what_it_brings_instead_of_cookies(path, content, asked, said):
    rung = rung_of(call(path=path, **content))
    assert (labels.asked_with(rung), labels.answer_in_short(rung)) == (asked, said)


def texts(**content):
    return [note.text for note in labels.notes_of(rung_of(exchange(**content)))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"after": row("a1", language="fr")}, ["made: language"]),
        ({"after": row("a1")}, ["made: empty"]),
        ({"after": row("a1", _auth_user_id="1"), "user": ALICE}, ["made: user 1, alice"]),
        ({"before": row("a1", x=1), "after": row("a2", x=1)}, ["with all its values"]),
        ({"before": row("a1")}, ["the row was deleted"]),
        ({"before": row("a1", hours=-1)}, ["the row was past its expire date"]),
        ({"before": row("a1"), "after": row("a1", hours=-1)}, ["the row’s expire date was moved into the past"]),
        ({"sends": {"site_a_session": "a1"}}, ["the key that came finds no row"]),
        ({"before": row("a1", x=1), "after": row("a1", x=2)}, ["x 1 → 2"]),
        ({"before": row("a1"), "after": row("a1", _messages="m")}, ["_messages added"]),
        ({"before": row("a1"), "after": row("a1", x="y" * 40)}, ["x added"]),
        ({"before": row("a1"), "after": row("a1", a=1, b=2, c=3, d=4)},
         ["a nothing → 1, b nothing → 2, c nothing → 3 and 1 more"]),
        ({}, []),
    ],
)  # fmt: skip
def test_what_became_of_the_row_is_a_note(content, said):
    assert texts(**content) == said


def test_a_code_that_was_given_at_once_says_whose_row_it_was():
    known = row("i1", _auth_user_id="1")
    asked = {"status": 302, "location": CODE, "before": known, "after": known, "user": ALICE}
    (note,) = labels.notes_of(rung_of(exchange("identity", "/identity/o/authorize", **asked)))
    assert note.text == "names alice: no password form"


def test_why_no_cookie_came_is_said_where_another_server_has_one():
    first = exchange("site_a", tells=[told("site_a_session", "a1", "site_a")], after=row("a1"))
    second = exchange("site_b", at=1)
    *_, rung = rungs_of([first, second])
    assert labels.no_cookie_in_words(rung) == "no cookie: site A’s is for another host"
    assert labels.no_cookie_in_words(rung_of(second)) == "no cookie"


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        (None, ""),
        (token(passed=["alg", "iss"]), "ID Token: 2 checks passed"),
        (token(failed="iss", refused="The ID Token was refused because of its “iss”."),
         "The ID Token was refused because of its “iss”."),
    ],
)  # fmt: skip
def test_what_became_of_the_id_token_is_said_in_short(checked, said):
    assert labels.token_in_short(rung_of(exchange(id_token=checked))) == said
