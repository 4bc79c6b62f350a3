"""Other people's halves of the protocol: a provider that site A is pointed at by its form, and a client of Identity."""

import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.browsing import Browsing, sign_out
from tests.interop.elsewhere import CAROL, provider_mock
from tests.processes import WAIT_TIMEOUT, Lab

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(tmp_path):
    lab = Lab(tmp_path / "elsewhere")
    try:
        yield provider_mock(lab)
    finally:
        lab.stop()


def point_site_a_at(elsewhere, person):
    page, callback = person.page, person.lab.origin("site_a") + "/oidc/callback/"
    client = elsewhere.register(
        callback, token_endpoint_auth_method="client_secret_basic"
    )  # its metadata names no other way
    person.visit("site_a")
    page.get_by_role("link", name="Another provider").click()
    page.get_by_label("Issuer").fill(elsewhere.origin)
    page.get_by_label("Client ID").fill(client["OIDC_RP_CLIENT_ID"])
    page.get_by_label("Client secret").fill(client["OIDC_RP_CLIENT_SECRET"])
    page.get_by_role("button", name="Ask it, and use it").click()
    place = elsewhere.origin.removeprefix("http://")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Site A signs in at the provider {place}.", timeout=WAIT_TIMEOUT * 1000
    )
    return place


def said_at_start(lab):
    """What the lab prints once everything answers."""
    lab.start("ready")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while "Ready. Open" not in lab.output:
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)
    return lab.output


def test_site_a_signs_in_elsewhere_and_then_at_identity_again(watched_lab, page, elsewhere):
    person = Browsing(page, watched_lab)
    place = point_site_a_at(elsewhere, person)
    page.get_by_role("link", name=f"Sign in at the provider {place}").click()
    page.locator("input[name=sub]").fill(CAROL["sub"])
    page.locator("button, input[type=submit]").first.click()
    person.expect_known_as(CAROL["name"])
    person.visit("inspector", "/ladder/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Site A signed you in: {place} said who you are.")
    expect(page.locator(".click[open] .lines .stranger")).to_have_count(1)
    expect(page.locator(".click[open]")).to_contain_text(f"{place} does not record itself")
    person.visit("site_a")
    expect(page.get_by_role("main")).to_contain_text(f"as the provider {place} told it")
    sign_out(page, "Sign out of this site")
    expect(page.get_by_role("main")).not_to_contain_text("Identity")
    assert f"Site A signs in at {elsewhere.origin}." in said_at_start(watched_lab)
    person.visit("site_a")
    page.get_by_role("button", name="Back to the lab’s Identity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Site A signs in at Identity.", timeout=WAIT_TIMEOUT * 1000
    )
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")


CALLBACK = "http://localhost:3999/callback"
VERIFIER = "v" * 64


def test_a_client_of_somebody_else_is_drawn_beside_identity(watched_lab, page):
    person, at_identity = Browsing(page, watched_lab), watched_lab.origin("identity")
    said = watched_lab.manage("identity", "clients", "register", "Mine", CALLBACK, "--kind", "website").split()
    client_id, secret = said[1], said[3]
    page.route(f"{CALLBACK}*", lambda route: route.fulfill(body="It is here."))
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {"client_id": client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid", "state": "s",
             "nonce": "n", "code_challenge": challenge, "code_challenge_method": "S256"}  # fmt: skip
    page.goto(f"{at_identity}/identity/o/authorize?{urlencode(asked)}")
    person.fill_in_form("alice")
    page.get_by_role("button", name="Tell Mine").click()
    page.wait_for_url(f"{CALLBACK}*")
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
            "client_id": client_id, "client_secret": secret}  # fmt: skip
    here = {"Host": urlsplit(at_identity).netloc}
    answer = requests.post(f"http://127.0.0.1:{watched_lab.port}/identity/o/api/token", form, headers=here, timeout=30)
    assert answer.status_code == 200, answer.text
    person.visit("inspector", "/ladder/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Identity sent you to localhost:3999 with a code.")
    newest = page.locator(".click[open]")
    expect(newest.locator(".lines .stranger")).to_have_count(1)
    expect(newest).to_contain_text("localhost:3999 → Identity")
    expect(newest).to_contain_text("with code, verifier, client secret")
    expect(newest).to_contain_text("localhost:3999 does not record itself")
    assert secret not in page.content()
