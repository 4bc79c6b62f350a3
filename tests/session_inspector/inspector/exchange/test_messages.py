"""One exchange, opened."""

from dataclasses import replace

import pytest

from session_inspector.inspector.exchange.messages import detail_of
from session_inspector.journal.participants import announce, participant_named
from session_inspector.journal.schema import Masked, Withheld
from tests.session_inspector.inspector.traffic import (
    ALICE,
    address,
    answered,
    call,
    change,
    exchange,
    masked,
    row,
    token,
    told,
)

CODE = masked("c0dec0de")


def test_both_messages_as_they_went_with_the_secrets_masked():
    opened = detail_of(
        exchange(
            path="/values/language/",
            method="POST",
            query=[["page", "2"]],
            sends={"site_a_session": "k1k1k1k1", "site_a_csrftoken": "t0t0t0t0"},
            status=302,
            location="/values/",
            tells=[told("site_a_session", "k2k2k2k2", "site_a")],
            before=row("k1k1k1k1"),
            after=row("k2k2k2k2"),
        )
    )
    assert opened.request.splitlines() == [
        "POST /values/language/?page=2 HTTP/1.1",
        "Host: site-a.localhost:8001",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36",
        "Cookie: site_a_session=k1k1k1…; site_a_csrftoken=t0t0t0…",
    ]
    assert opened.response.splitlines() == [
        "HTTP/1.1 302 Found",
        "Content-Type: text/html; charset=utf-8",
        "Location: /values/",
        "Set-Cookie: site_a_session=k2k2k2…; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax",
    ]


def test_each_parameter_has_its_meaning_and_the_messages_that_carry_the_same_value():
    asked = exchange(
        "identity", "/identity/o/authorize", status=302, journey="j1",
        location=address("http://site-a.localhost:8001/oidc/callback/", code=CODE), user=ALICE,
    )  # fmt: skip
    answered(at=2.011, method="POST", form=[["code", CODE]])
    token = call(at=2.01, method="POST", form=[["code", CODE], ["client_secret", Withheld()]])
    callback = exchange("site_a", "/oidc/callback/", 2, query=[["code", CODE]], journey="j1", ms=90.0)
    (code,) = detail_of(callback).request_parameters
    assert code.value == "c0dec0…"
    assert code.meaning.startswith("Good once")
    assert code.also_in == [asked, token]
    opened = detail_of(token)
    assert opened.around.entry == callback
    assert opened.rung.twin
    assert [one.value for one in opened.request_parameters] == ["c0dec0…", "not kept"]


def test_the_twin_of_a_call_leads_to_the_same_page():
    twin = answered(at=0.011)
    token = call(at=0.01)
    assert detail_of(twin).rung.entry == token


def test_the_claims_with_what_became_of_each_check():
    claims = {"email": "a@example.org", "iss": "http://identity.localhost:8000", "nonce": masked("n0nce")}
    passed = ["alg", "typ", "crit", "kid", "signature", "iss"]
    checked = token(claims, passed, "nonce", "The ID Token was refused.")
    opened = detail_of(exchange(path="/oidc/callback/", status=502, id_token=checked)).token
    assert [(claim.name, claim.became) for claim in opened.claims] == [
        ("nonce", "refused"),
        *((name, "passed") for name in passed),
        ("email", "not checked"),
    ]
    assert opened.refused == "The ID Token was refused."


@pytest.mark.parametrize(("failed", "rows"), [("signature", [("signature", "")]), ("sub", [("sub", "missing")])])
def test_a_check_that_failed_is_shown_also_where_there_is_nothing_to_show(failed, rows):
    checked = token(failed=failed, refused="Refused.")
    opened = detail_of(exchange(path="/oidc/callback/", id_token=checked)).token
    assert [(claim.name, claim.value) for claim in opened.claims if claim.became == "refused"] == rows


def test_an_exchange_of_a_very_long_journey_opens(monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.exchange.messages.MAX_OF_JOURNEY", 3)
    first = exchange("identity", "/accounts/login/", journey="j1")
    for n in range(5):
        exchange("identity", "/accounts/login/", n + 1, journey="j1")
    assert detail_of(first).rung.entry == first


def test_nothing_that_was_sent_looks_like_a_line_of_its_own_or_turns_one_round():
    odd = "/x\nCookie: site_a_session=forged"
    opened = detail_of(exchange(path=odd, query=[["a\n", "\u202etxt.exe"]]))
    assert opened.request.splitlines()[0] == (
        r"GET /x\u000aCookie: site_a_session=forged?a\u000a=\u202etxt.exe HTTP/1.1"
    )


def test_very_short_values_and_empty_ones_are_not_said_to_be_the_same():
    empty = Masked("", "0" * 16)
    entry = exchange(query=[["next", empty]], journey="j1")
    exchange("identity", at=1, query=[["other", empty]], journey="j1")
    assert detail_of(entry).request_parameters[0].also_in == []


def test_an_answer_that_never_came():
    opened = detail_of(call(status=None, failure="too slow", answer=None))
    assert opened.response == "no usable answer: too slow"


def test_a_change_of_a_row():
    opened = detail_of(change("deleted", "k1"))
    assert opened.lead == "Site A: a row was deleted by something without its key."


LEADS = [
    (
        {"server": "identity", "path": "/identity/o/authorize", "status": 302, "location": "/accounts/login/"},
        "Identity does not know you: no cookie of Identity’s came.",
    ),
    (
        {"path": "/oidc/authenticate/", "after": row("k1", oidc_states={})},
        "Site A keeps a state, a nonce and a verifier",
    ),
    (
        {"server": "identity", "path": "/accounts/login/", "form": [["password", Withheld()]]},
        "The password goes to Identity",
    ),
    ({"path": "/oidc/callback/", "status": 502}, "Site A did not sign you in (502)."),
    (
        {
            "server": "identity",
            "path": "/identity/o/authorize",
            "status": 302,
            "location": address("http://site-a.localhost:8001/oidc/callback/", error="login_required"),
        },
        "Identity did not know you",
    ),
    ({}, "Site A did not know you"),
]


@pytest.mark.parametrize(("content", "lead"), LEADS)
def test_what_a_message_is_for(content, lead):
    assert detail_of(exchange(**content)).lead.startswith(lead)


def test_a_token_without_a_known_key_was_not_read():
    checked = token(passed=["alg", "typ", "crit"], failed="kid", refused="Refused.")
    claims = detail_of(exchange(path="/oidc/callback/", status=502, id_token=checked)).token.claims
    assert [(claim.name, claim.became) for claim in claims] == [
        ("kid", "refused"), ("alg", "passed"), ("typ", "passed"), ("crit", "passed"), ("signature", "not checked"),
    ]  # fmt: skip


def test_a_site_that_asks_again_on_the_way_to_a_page():
    asked = address("http://identity.localhost:8000/identity/o/authorize", prompt="none")
    lead = detail_of(exchange(path="/shelf/", status=302, location=asked)).lead
    assert lead.startswith("Site A knows you by its own session. It asked Identity some time ago.")


def test_a_row_that_a_logout_token_deleted_leads_to_that_token_and_its_checks():
    deleted = change("deleted", "k1k1k1k1", by="/oidc/backchannel-logout/")
    exchange(path="/elsewhere/", visitor="v2")
    checked = token({"events": {}, "sid": "s"}, ["alg", "events", "sid"])
    told = exchange(path="/oidc/backchannel-logout/", method="POST", channel="back", visitor="", logout_token=checked)
    assert detail_of(deleted).cause == told
    opened = detail_of(told)
    assert opened.lead.startswith("Identity tells site A which session has ended, by a signed token")
    assert opened.token.name == "logout token"
    assert ("events", "passed") in [(claim.name, claim.became) for claim in opened.token.claims]


def test_a_provider_that_does_not_record_itself_is_called_by_its_address_as_it_is():
    announce(replace(participant_named("site_a"), provider="http://localhost:9400"))
    told = exchange(path="/oidc/backchannel-logout/", method="POST", channel="back", visitor="")
    assert detail_of(told).lead.startswith("localhost:9400 tells site A which session has ended")


def test_a_logout_token_that_was_refused_is_nobodys_word():
    checked = token({"sid": "s"}, ["alg"], "events", "no events")
    opened = detail_of(
        exchange(path="/oidc/backchannel-logout/", method="POST", channel="back", status=400, logout_token=checked)
    )
    assert opened.lead == "Somebody says that a session has ended. Site A refuses it: nobody is signed out."
    assert ("events", "refused") in [(claim.name, claim.became) for claim in opened.token.claims]


def test_a_row_that_a_command_deleted_has_no_such_request():
    deleted = change("deleted", "k1k1k1k1")
    exchange(path="/")
    assert detail_of(deleted).cause is None
