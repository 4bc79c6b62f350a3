"""Site A is pointed at a provider that is not the lab's, by its form, signs somebody in there, and goes back."""

import time

import pytest
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
