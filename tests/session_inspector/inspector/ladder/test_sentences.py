"""The one sentence over a step, and over the whole ladder."""

import pytest

from session_inspector.inspector.ladder import sentences
from session_inspector.inspector.ladder.steps import ladder_of
from session_inspector.journal.participants import announce
from session_inspector.journal.schema import Failure, Person, Store
from session_inspector.participant import Participant
from tests.recorded import recorded, rewrite
from tests.session_inspector.inspector.traffic import (
    ALICE,
    IDENTITY,
    KNOWN,
    NOBODY,
    PASSWORD,
    address,
    ask_for_password,
    begin_sign_in,
    call,
    change,
    come_back,
    exchange,
    forgotten,
    give_password,
    masked,
    row,
    told,
)


@pytest.fixture
def said(visitor):
    return lambda: [sentences.of_step(step) for step in ladder_of(visitor).steps]


def test_a_first_sign_in_and_the_second_site(said):
    begin_sign_in()
    ask_for_password()
    give_password()
    come_back()
    begin_sign_in("site_b", at=10)
    come_back("site_b", at=11)
    assert said() == [
        "Site A asks Identity who you are: you have a session before you are signed in",
        "Password sent to Identity, not to site A, which then gave your session a new key",
        "Site B: no password was asked for, because Identity got its own cookie",
    ]


def test_the_heading_says_what_the_newest_click_did_and_names_its_messages(visitor):
    begin_sign_in("site_b")
    come_back("site_b", at=1)
    heading = sentences.of_newest(ladder_of(visitor))
    assert heading.text == "Site B: no password was asked for, because Identity got its own cookie."
    (click,) = ladder_of(visitor).steps
    assert {entry.id for entry in heading.entries} == click.ids
    assert heading.rule == "click"


def test_the_heading_names_whom_identity_told_a_moment_later(visitor):
    exchange("identity", "/accounts/logout/", method="POST", status=302, location="/signed-out/",
             sends={"identity_session": "i1"}, before=row("i1", **KNOWN))  # fmt: skip
    token = change("deleted", "a1", at=5, by="/oidc/backchannel-logout/")
    heading = sentences.of_newest(ladder_of(visitor))
    assert heading.text == "Signed out of Identity: the row was deleted, and site A was told."
    assert token in heading.entries


def test_a_guess_does_not_stand_in_the_heading(visitor):
    exchange(sends={"site_a_session": "a1"}, before=row("a1", **KNOWN), after=row("a1", **KNOWN), user=ALICE)
    exchange("site_b", at=1, visitor="")
    ladder = ladder_of(visitor)
    assert ladder.steps[-1].first.is_guess
    assert sentences.of_newest(ladder).text == "Site A knew alice only by the cookie."


def test_of_an_earlier_part_or_of_nothing_the_heading_says_what_the_page_is(visitor):
    assert sentences.of_newest(ladder_of(visitor)).text == "Each click, message by message."
    exchange()
    earlier = sentences.of_newest(ladder_of(visitor), is_newest=False)
    assert (earlier.text, earlier.entries) == ("Each click, message by message.", ())


def test_a_sign_in_from_a_session_that_was_there_before(said):
    exchange(
        "site_a", "/oidc/authenticate/", status=302, location=f"{IDENTITY}/accounts/login/",
        sends={"site_a_session": "a1"}, before=row("a1", x=1), after=row("a1", x=1, oidc_states={}),
    )  # fmt: skip
    exchange("identity", "/accounts/login/", 1)
    assert said() == ["Site A asks Identity who you are: your session notes that it asked"]


def test_values_that_are_long_or_a_librarys_are_named_and_not_shown(said):
    before, after = row("a1", cart={"ink": 1}, x="y"), row("a1", cart={"ink": 1, "paper": 17, "nib": 3}, oidc_states={})
    exchange(sends={"site_a_session": "a1"}, before=before, after=after)
    assert said() == ['Site A keeps in the row: cart changed, x "y" → nothing, oidc_states added']


def test_a_password_that_only_identity_learns_of(said):
    exchange("identity", "/accounts/login/", method="POST", form=PASSWORD, after=row("i1", **KNOWN), user=ALICE)
    assert said() == ["Password sent to Identity, which now knows you as alice. No site was told"]


@pytest.mark.parametrize(
    ("before", "after", "did"),
    [
        (row("k1"), row("k2", **KNOWN), "gave your session a new key"),
        (row("k1", _auth_user_id="2"), row("k2", **KNOWN), "began a new session"),  # bob was there before
        (row("k1"), row("k1", **KNOWN), "knew you"),
    ],
)
def test_what_a_sign_in_did_to_the_session_is_what_was_seen(said, before, after, did):
    give_password()
    exchange("identity", "/identity/o/authorize", 3, sends={"identity_session": "i1"}, status=302,
             location="http://site-a.localhost:8001/oidc/callback/")  # fmt: skip
    exchange("site_a", "/oidc/callback/", 3.1, sends={"site_a_session": "k1"}, status=302, location="/", before=before,
             after=after, user=ALICE)  # fmt: skip
    assert said() == [f"Password sent to Identity, not to site A, which then {did}"]


def test_a_sign_in_that_is_still_under_way_does_not_say_that_no_site_was_told(said):
    give_password()
    assert said() == ["Password sent to Identity, which now knows you as alice"]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({"status": 200}, ", which shows the form again"),
        ({"status": 302, "location": "/accounts/inactive/"}, ""),  # right, and of somebody who is disabled
        ({"status": 403}, ", which did not look at it (403)"),  # the form was forged, as far as Django can tell
        ({"status": 429}, ", which did not look at it (429)"),
    ],
)
def test_a_password_that_lets_nobody_in(said, answer, what):
    exchange("identity", "/accounts/login/", method="POST", form=PASSWORD, user=NOBODY, **answer)
    assert said() == [f"Password sent to Identity{what}: it did not sign you in"]


def test_a_password_again_of_somebody_who_is_known_is_not_refused(said):
    exchange(
        "identity", "/accounts/reauthenticate/", method="POST", form=PASSWORD, status=302, location="/",
        sends={"identity_session": "i1"}, before=row("i1", **KNOWN), after=row("i1", **KNOWN), user=ALICE,
    )  # fmt: skip
    assert said() == ["Password sent to Identity, which knew alice already"]


def test_a_password_that_went_to_a_site_is_said_first(said):
    exchange("site_a", "/trap/", method="POST", form=PASSWORD)
    assert said() == ["A password was sent to site A, and not to Identity"]


def test_a_sign_in_whose_callback_fails_is_a_failure(said):
    give_password()
    come_back()
    (callback,) = (entry for entry in recorded() if entry.exchange.path == "/oidc/callback/")
    rewrite(callback, status=502, location=None, after=callback.exchange.before)
    assert said() == ["Site A did not sign you in (502)"]


def test_a_row_that_forgets_who_one_is(said):
    exchange(sends={"site_a_session": "a1"}, before=row("a1", x=1, **KNOWN), after=row("a1", x=1))
    assert said() == ["Signed out of site A: the row does not say any more who you are"]


def test_signing_out_of_one_says_who_was_not_told(said):
    exchange("identity", after=row("i1", **KNOWN), tells=[told("identity_session", "i1", "identity")])
    exchange("site_b", at=1, after=row("b1", **KNOWN), tells=[told("site_b_session", "b1", "site_b")])
    exchange(
        "site_b", "/oidc/logout/", 2, method="POST", sends={"site_b_session": "b1"}, before=row("b1", **KNOWN),
        tells=[forgotten("site_b_session", "site_b")],
    )  # fmt: skip
    assert said()[-1] == "Signed out of site B: the row was deleted. Identity was not told"


def test_signing_out_at_identity_leaves_it_to_what_follows_whom_identity_told(said):
    exchange("site_b", after=row("b1", **KNOWN), tells=[told("site_b_session", "b1", "site_b")])
    exchange("identity", before=row("i1", **KNOWN), sends={"identity_session": "i1"})
    assert said()[-1] == "Signed out of Identity: the row was deleted"


def test_signing_out_with_nobody_else_to_tell(said):
    exchange("site_b", before=row("b1", **KNOWN), sends={"site_b_session": "b1"})
    assert said() == ["Signed out of site B: the row was deleted"]


def test_a_row_that_ran_out(said):
    exchange(before=row("a1", hours=-1, **KNOWN), sends={"site_a_session": "a1"})
    assert said() == ["Signed out of site A: the row was past its expire date"]


SENT = {"sends": {"site_a_session": "a1"}}
ONE = [
    ({"stored_as": Store.FILE, "after": row("a1")}, "Site A began a session: a key, a file, a cookie"),
    ({"stored_as": Store.COOKIE, "after": row("a1")}, "Site A began a session: a cookie that carries its values"),
    (
        {**SENT, "stored_as": Store.COOKIE, "before": row("a1", **KNOWN)},
        "Signed out of site A: the server dropped the session in the cookie",
    ),
    (
        {**SENT, "stored_as": Store.COOKIE},
        "Site A did not accept the cookie that came, so it did not know you",
    ),
    (
        {**SENT, "stored_as": Store.CACHE_ENTRY},
        "Site A found no cache entry for the key that came, so it did not know you",
    ),
    (
        {**SENT, "stored_as": Store.COOKIE, "before": row("a1", x=1), "after": row("a2", x=2)},
        "Site A keeps in the cookie: x 1 → 2",
    ),
    (
        {**SENT, "stored_as": Store.COOKIE, "before": row("a1", x=1), "after": row("a1", x=1), "user": NOBODY},
        "Site A read the session in its cookie; nothing in it changed",
    ),
    ({}, "Site A did not know you: no session cookie came, and none was set"),
    ({"after": row("a1", visits=1)}, "Site A began a session: a key, a row, a cookie"),
    ({"status": 404}, "Site A answered 404"),
    ({"path": "/oidc/callback/", "status": 502}, "Site A did not sign you in (502)"),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", x=1), "after": row("a2", x=1)},
        "Site A gave the session a new key; its values stayed",
    ),
    ({"sends": {"site_a_session": "a1"}}, "Site A found no row for the key that came, so it did not know you"),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", x=1)},
        "Site A has no session for this browser any more",
    ),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", x=1), "after": row("a1", x=2, language="fr")},
        'Site A keeps in the row: x 1 → 2, language nothing → "fr"',
    ),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", x=1), "after": row("a1", x=1)},
        "Site A answered and did not ask who you are",
    ),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", **KNOWN), "after": row("a1", **KNOWN), "user": NOBODY},
        "Site A found the row, but did not accept its user: this server does not accept the user whom the row names",
    ),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", x=1), "after": row("a1", x=1), "user": NOBODY},
        "Site A found the row by its cookie; nothing in it changed",
    ),
    (
        {"sends": {"site_a_session": "a1"}, "before": row("a1", **KNOWN), "after": row("a1", **KNOWN), "user": ALICE},
        "Site A knew alice only by the cookie",
    ),
    (
        {"headers": {"Sec-Purpose": "prefetch;prerender"}, "after": row("a1"), "before": None},
        "Fetched ahead, before any click. Site A began a session: a key, a row, a cookie",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), ONE)
def test_one_exchange(said, content, sentence):
    exchange(**content)
    assert said() == [sentence]


def test_what_no_exchange_of_this_browser_did(said):
    change("deleted", "k1")
    call(at=1)
    assert said() == [
        "Site A: a row was deleted by something without its key",
        "Site A asked Identity over the back channel, outside every recorded exchange",
    ]


def ask_again(at=20.0):
    """Site A sends the browser to Identity on the way to the shelf, without a page."""
    known = {"sends": {"site_a_session": "a1"}, "before": row("a1", **KNOWN), "user": ALICE}
    exchange("site_a", "/shelf/", at, status=302, location=f"{IDENTITY}/identity/o/authorize", after=row("a1", **KNOWN),
             **known)  # fmt: skip
    exchange("identity", "/identity/o/authorize", at + 0.1, status=302, query=[["prompt", "none"]],
             location="http://site-a.localhost:8001/oidc/callback/")  # fmt: skip
    return known


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ({"status": 302, "location": "/shelf/", "after": row("a1", **KNOWN)}, ": alice is still there"),
        (
            {"after": None, "user": NOBODY, "query": [["error", "login_required"]]},
            ": you are not signed in there any more, so not here either",
        ),
        (
            {"after": None, "user": NOBODY, "query": [["error", "consent_required"]]},
            ": that needs a page, so you are not signed in here",
        ),
        (
            {"after": row("a2", _auth_user_id="2"), "user": Person("2", "bob")},
            ": bob is signed in there now, so the other user’s session ended here",
        ),
        ({"status": 502, "after": row("a1", **KNOWN)}, ", and could not use the answer (502)"),
    ],
)
def test_a_site_that_asks_again_says_what_it_learned(said, outcome, sentence):
    exchange("site_a", "/oidc/callback/", 20.2, **(ask_again() | outcome))
    assert said() == ["Site A asked Identity again, without a page" + sentence]


def test_a_site_whose_question_has_no_answer_yet(said):
    ask_again()
    assert said() == ["Site A asked Identity again, without a page"]


def test_a_sign_in_that_failed_is_said_with_its_reason(said):
    failed = Failure("the provider does not accept the code any more", "400 invalid_grant")
    exchange("site_a", "/oidc/callback/", status=502, failed=failed)
    assert said() == ["Site A did not sign you in: the provider does not accept the code any more (502)"]


ASKED = {"response_type": "code", "client_id": "c", "redirect_uri": "r", "state": masked("st")}


def test_a_sign_in_at_a_provider_that_records_nothing_is_known_by_its_parameters(said):
    announce(Participant("shop", "http://shop.localhost:8101", title="shop"))
    exchange("shop", "/go/", status=302, location=address("http://127.0.0.1:9000/ask", **ASKED),
             tells=[told("shop_session", "s0", "shop")], after=row("s0", state="st"))  # fmt: skip
    exchange("shop", "/welcome/", 2.0, query=[("code", masked("co")), ("state", masked("st"))],
             status=302, location="/", before=row("s0"), after=row("s1", **KNOWN), user=ALICE)  # fmt: skip
    exchange("shop", "/", 2.1, before=row("s1", **KNOWN), after=row("s1", **KNOWN), user=ALICE)
    assert said() == [
        "Shop asks 127.0.0.1:9000 who you are: you have a session before you are signed in",
        "Shop knows you as alice now: the browser brought it a code",
    ]


BROUGHT = [
    {"query": [("error", "access_denied"), ("state", masked("st"))]},
    {"form": [("code", masked("co")), ("state", masked("st"))], "method": "POST"},
]


@pytest.mark.parametrize("brought", BROUGHT)
def test_an_answer_that_signs_nobody_in_is_known_by_its_parameters_too(said, brought):
    announce(Participant("shop", "http://shop.localhost:8101", title="shop"))
    exchange("shop", "/welcome/", status=403, **brought)
    assert said() == ["Shop did not sign you in (403)"]


def test_who_says_where_its_callback_is_has_none_elsewhere(said):
    exchange("site_a", "/search/", query=[("code", "EUR"), ("state", "new")], status=404)
    assert said() == ["Site A answered 404"]
