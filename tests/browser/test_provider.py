"""identity over real HTTP: what only several requests at once, or a process that keeps running, can show."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.person import Person, resolve_to_loopback
from tests.identity.provider.wrong_requests import CHALLENGE, VERIFIER

AT_ONCE = 8


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")


def code_for(person: Person) -> str:
    asking = {
        "client_id": "site-a",
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": redirect_uri(person.lab),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    callback = person.go_from(f"{person.lab.origin('identity')}/identity/o/authorize?{urlencode(asking)}")
    return parse_qs(urlsplit(callback).query)["code"][0]


def redirect_uri(lab) -> str:
    return f"{lab.origin('site_a')}/oidc/callback/"


def redeem(lab, code: str) -> requests.Response:
    fields = {
        "grant_type": "authorization_code",
        "client_id": "site-a",
        "client_secret": (lab.state / "var/secrets/site_a.client_secret").read_text(),
        "code": code,
        "redirect_uri": redirect_uri(lab),
        "code_verifier": VERIFIER,
    }
    return requests.post(f"{lab.origin('identity')}/identity/o/api/token", fields, timeout=60)


def test_of_many_requests_at_once_one_redeems_the_code_and_the_others_revoke_what_it_gave(lab):
    alice = Person(lab, "alice")
    for _ in range(3):
        code = code_for(alice)
        together = threading.Barrier(AT_ONCE)

        def redeem_together(_, code=code, together=together):
            together.wait()
            return redeem(lab, code)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(redeem_together, range(AT_ONCE)))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * (AT_ONCE - 1), lab.output
        (given,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
        bearer = {"Authorization": f"Bearer {given['access_token']}"}
        userinfo = requests.get(f"{lab.origin('identity')}/identity/o/api/userinfo", headers=bearer, timeout=60)
        assert userinfo.status_code == 401


def test_a_rotated_key_signs_without_a_restart_and_both_sites_find_it(lab):
    def published():
        keys = requests.get(f"{lab.origin('identity')}/.well-known/jwks.json", timeout=60).json()["keys"]
        return [key["kid"] for key in keys]

    alice = Person(lab, "alice")
    assert alice.sign_in("site_a").status_code == 200
    (old,) = published()
    line = lab.manage("identity", "rotate_signing_key", "--now")
    _, new = published()
    assert line.startswith(f"{new} signs from now on. Still published: {old} until ")
    for site in ("site_a", "site_b"):  # site A has the old keys in its cache
        alice = Person(lab, "alice")
        assert alice.sign_in(site).status_code == 200
        assert alice.known_at(site) == "alice"


REGISTER = """
from allauth.idp.oidc.models import Client
client = Client(id="third", name="A third", type="confidential", scopes="openid", skip_consent={skip_consent})
client.set_redirect_uris(["{address}"])
client.save()
"""


@pytest.mark.parametrize("skip_consent", [False, True])
def test_the_forms_lead_back_to_a_client_that_is_none_of_the_labs_sites(lab, page, skip_consent):
    address = "http://third.localhost:9/back"  # nobody answers there: that the browser goes is enough
    lab.manage("identity", "shell", "-c", REGISTER.format(address=address, skip_consent=skip_consent))
    page.route(f"{address}*", lambda route: route.fulfill(body="arrived"))
    asking = {
        "client_id": "third", "response_type": "code", "scope": "openid", "redirect_uri": address,
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    page.goto(f"{lab.origin('identity')}/identity/o/authorize?{urlencode(asking)}")
    Browsing(page, lab).fill_in_form("alice")
    if not skip_consent:
        page.get_by_role("button", name="Tell A third").click()
    expect(page.locator("body")).to_have_text("arrived")
    assert "code=" in page.url
