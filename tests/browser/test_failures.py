"""Each page that says why a sign-in failed: accessible, and no wider than the window."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

RENDER = """
import json
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from django.test import RequestFactory
from shared.relying_party.failures import STATUSES, SignInFailed

def rendered(reason, silent):
    request = RequestFactory().get("/oidc/callback/")
    request.user, request.session = AnonymousUser(), SessionStore()
    request._messages = FallbackStorage(request)
    try:
        raise SignInFailed(reason, "what/was/wrong: " + "x" * 60, "at_hash")
    except SignInFailed as failure:
        about = {"failure": failure, "silent": silent, "next": "/shelf/", "journey": "ab" * 16}
    return render_to_string(f"relying_party/failures/{reason}.html", about, request)

print(json.dumps({reason: rendered(reason, n % 2 == 1) for n, reason in enumerate(STATUSES)}))
"""


def serve(page, address, content):
    page.route(address, lambda route: route.fulfill(body=content, content_type="text/html"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_failure_has_a_page_that_can_be_read(lab, browser, scheme, width):
    pages = json.loads(lab.manage("site_a", "shell", "--verbosity=0", "-c", RENDER))
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}).new_page()
    for reason, content in pages.items():
        address = f"{lab.origin('site_a')}/{reason}/"
        serve(page, address, content)
        page.goto(address)
        assert page.locator("h1").count() == 1, reason
        for heading in ("What happened", "What to do", "Why this usually happens"):
            assert page.get_by_role("heading", name=heading).is_visible(), reason
        assert page.locator(".steps > li").count() >= 2, reason
        assert page.locator("table.stacks tbody tr").count() >= 1, reason
        violations = Axe().run(page).response["violations"]
        assert [(violation["id"], violation["help"]) for violation in violations] == [], reason
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), reason
