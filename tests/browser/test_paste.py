"""The page to paste into, in a browser: what a person sees of each kind, and of a sign-in that it recorded."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.looking import Looking

pytestmark = pytest.mark.slow

KEY = "q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h7"
# What is pasted, the heading, and what is said first.
KINDS = [
    (
        "http://127.0.0.1:8001/oidc/callback/?error=access_denied&error_description=No+way&state=af0ifjsldkj123",
        "This is a callback address.",
        "The provider answered with the error access_denied, and gave no code.",
    ),
    (
        f"Set-Cookie: sessionid={KEY}; Domain=localhost; HttpOnly; Path=/; SameSite=None",
        "This is a Set-Cookie line.",
        "SameSite=None without Secure: browsers refuse the cookie.",
    ),
    (
        f"Cookie: {'name' * 20}={KEY}; csrftoken=abc; csrftoken=def",
        "This is a Cookie line.",
        "csrftoken came more than once: Django takes the last.",
    ),
    (
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL29wLmV4YW1wbGUvIiwic3ViIjoiNSJ9.",
        "This is an ID Token.",
        "alg is none: the token has no signature, and anybody can have written it.",
    ),
    (
        "SECRET_KEY = 'django-insecure-abc'\nSESSION_COOKIE_DOMAIN = 'localhost'",
        "This is a fragment of Django’s settings.",
        "Secrets are in this text in full; they are not shown here: SECRET_KEY.",
    ),
    ("Dear Sir or Madam", "This is none of what this page knows.", ""),
]


@pytest.fixture
def looking(rewound_lab, browser):
    return Looking(rewound_lab, browser)


def test_each_kind_can_be_read_and_the_form_comes_back_empty(looking):
    page = looking.page
    page.goto(f"{looking.lab.origin('inspector')}/")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Paste", exact=True).click()
    for text, heading, first in KINDS:
        page.get_by_label("A callback address").fill(text)
        with page.expect_navigation():
            page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        if first:
            expect(page.locator(".findings h2").first).to_have_text(first)
        expect(page.get_by_label("A callback address")).to_have_value("")
        assert page.url == f"{looking.lab.origin('inspector')}/paste/"
        looking.check(heading)


def test_a_sign_in_that_the_browser_recorded_is_listed_and_nothing_is_wrong_with_it(looking, browser, tmp_path):
    har = tmp_path / "sign-in.har"
    context = browser.new_context(record_har_path=har)
    person = Browsing(context.new_page(), looking.lab)
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    secrets = [cookie["value"] for cookie in context.cookies()]
    context.close()
    assert any(secret in har.read_text() for secret in secrets)
    page = looking.page
    page.goto(f"{looking.lab.origin('inspector')}/paste/")
    page.get_by_label("Or a file").set_input_files(har)
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()
    number = len(json.loads(har.read_text())["log"]["entries"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"This is a HAR file with {number} messages.")
    for said in page.locator(".findings h2").all():
        expect(said).to_contain_text("another value")  # the key that changed at each sign-in
    parts = page.locator("tbody").inner_text()
    assert "The browser is sent to the provider." in parts
    assert "A form with a password." in parts
    assert "The provider’s answer, which the browser brings to the site." in parts
    assert not any(secret in page.content() for secret in secrets)
    looking.check("a sign-in")
