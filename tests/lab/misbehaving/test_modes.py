"""What a site does in each mode of the provider: the real Relying Party, over real HTTP, with no check left out."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache

from lab.misbehaving.answers import AUTHORIZE, END_SESSION, JWKS, TOKEN, USERINFO
from lab.misbehaving.modes import MODES, mode_named, mode_of
from lab.misbehaving.provider import Provider
from lab.runs import Run
from lab.staging.catalogue import scenario_named
from tests.relying_party.conftest import reason_shown

pytestmark = pytest.mark.django_db

CALLBACK, SIGNED_OUT = "http://site-a.localhost:8001/oidc/callback/", "http://site-a.localhost:8001/signed-out/"
SIGNED_IN = ("", "")
# Of each sign-in the page on which it ends, and the claim for which a token was refused.
ENDS = {
    "well_behaved": [SIGNED_IN],
    "wrong_issuer": [("token_refused", "iss")],
    "wrong_audience": [("token_refused", "aud")],
    "expired": [("token_refused", "exp")],
    "other_nonce": [("token_refused", "nonce")],
    "unpublished_key": [("token_refused", "kid")],
    "same_kid": [SIGNED_IN, SIGNED_IN],
    "new_kid": [SIGNED_IN, SIGNED_IN],
    "unsigned": [("token_refused", "alg")],
    "no_id_token": [("unreadable", "")],
    "no_userinfo": [("failed", "")],
    "other_person": [("another_person", "")],
    "slow": [("too_slow", "")],
    "error": [("said_no", "")],
}


@pytest.fixture
def provider_in(settings):
    """The provider in a mode, at which this site signs in."""
    started = []

    def provider_in(name):
        provider = Provider(
            settings.OIDC_OP_ISSUER, settings.OIDC_RP_CLIENT_ID, mode_named(name), {CALLBACK, SIGNED_OUT}
        )
        started.append(provider)
        settings.OIDC_OP_ADDRESS = provider.address
        cache.clear()
        return provider

    yield provider_in
    for one in started:
        one.close()


def asked_at(provider, address):
    """Where the provider sends the browser that opens that address."""
    target = urlsplit(address)
    found = requests.get(f"http://{provider.address}{target.path}?{target.query}", allow_redirects=False, timeout=10)
    assert found.status_code == 302, found.text
    return found.headers["Location"]


def sign_in(client, provider):
    """As a browser does, from the site to the provider and back; the page on which it ends."""
    address = asked_at(provider, client.get("/oidc/authenticate/")["Location"])
    assert address.startswith(CALLBACK)
    return client.get(address.removeprefix("http://site-a.localhost:8001"))


def end_of(response):
    claim = re.search("because of its “(.*?)”", response.content.decode())
    return reason_shown(response), claim[1] if claim else ""


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_a_sign_in_ends_as_it_should_and_nobody_is_signed_in_who_should_not_be(client, provider_in, settings, mode):
    provider = provider_in(mode.name)
    settings.OIDC_TIMEOUT = (1, 1)
    ends = []
    for _ in range(mode.sign_ins):
        ends.append(end_of(sign_in(client, provider)))
        is_known = "Here you are <strong>carol</strong>" in client.get("/").content.decode()
        assert is_known == (ends[-1] == SIGNED_IN)
        client.post("/oidc/logout/")
    assert ends == ENDS[mode.name]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("error", []),
        ("unsigned", [TOKEN]),
        ("no_id_token", [TOKEN]),
        ("unpublished_key", [TOKEN, JWKS]),
        ("no_userinfo", [TOKEN, JWKS, USERINFO]),
        ("same_kid", [TOKEN, JWKS, USERINFO, TOKEN, JWKS, USERINFO]),
        ("new_kid", [TOKEN, JWKS, USERINFO, TOKEN, JWKS, USERINFO]),
    ],
)
def test_what_the_site_asks_and_where_it_stops(client, provider_in, name, asked):
    provider = provider_in(name)
    answer, seen = provider.answer, []
    provider.answer = lambda path, form: seen.append(path) or answer(path, form)
    for _ in range(provider.mode.sign_ins):
        sign_in(client, provider)
        client.post("/oidc/logout/")
    assert [path for path in seen if not path.startswith(AUTHORIZE)] == asked


def test_the_slow_one_takes_longer_than_a_site_waits(settings):
    _, whole = settings.OIDC_TIMEOUT
    assert (whole, mode_named("slow").waits) == (10, 15)


def test_no_two_modes_have_one_name_and_each_says_what_it_does_and_where_that_is_asked():
    names = [mode.name for mode in MODES]
    assert sorted(names) == sorted(ENDS)
    assert all(mode.title.endswith(".") and mode.then.endswith(".") and mode.section for mode in MODES)


def test_a_run_names_a_mode_or_there_is_none():
    assert mode_of(Run(1, "misbehaving", "slow", {}, "slow")) == mode_named("slow")
    assert mode_of(Run(1, "misbehaving", "gone", {}, "gone")) is None
    assert mode_of(Run()) is None


def test_no_scenario_is_called_as_the_runs_by_mode_are():
    assert scenario_named("misbehaving") is None


def test_one_signs_out_there_and_comes_back(client, provider_in):
    provider = provider_in("well_behaved")
    sign_in(client, provider)
    assert "Here you are <strong>carol</strong>" in client.get("/").content.decode()
    back = asked_at(provider, client.post("/oidc/logout-everywhere/")["Location"])
    assert back.startswith(f"{SIGNED_OUT}?state=")
    page = client.get(back.removeprefix("http://site-a.localhost:8001"))
    assert page.status_code == 200


@pytest.mark.parametrize("target", ["", "http://evil.example/", f"{CALLBACK}x", "javascript:alert(1)"])
@pytest.mark.parametrize(("path", "name"), [(AUTHORIZE, "redirect_uri"), (END_SESSION, "post_logout_redirect_uri")])
def test_it_sends_nobody_to_another_address_than_those_of_the_sites(provider_in, path, name, target):
    provider = provider_in("well_behaved")
    answer = requests.get(
        f"http://{provider.address}{path}", params={name: target, "state": "s"}, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("POST", "/x", 404), ("HEAD", "/x", 200)])
def test_what_it_does_not_have_it_says_so_and_it_says_that_it_is_there(provider_in, method, path, status):
    provider = provider_in("well_behaved")
    headers = {"Content-Length": "many"} if method == "POST" else {}
    answer = requests.request(method, f"http://{provider.address}{path}", headers=headers, timeout=10)
    assert answer.status_code == status


def test_a_key_is_published_before_another_takes_its_place(provider_in):
    provider = provider_in("new_kid")
    address = f"http://{provider.address}{JWKS}"
    names = [requests.get(address, timeout=10).json()["keys"][0]["kid"] for _ in range(3)]
    assert names == ["first", "second", "second"]
