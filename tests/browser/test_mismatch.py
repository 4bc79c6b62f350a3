"""A redirect URI that does not match, in a real lab: the page shows both texts, and leads to the exchange."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Browsing
from tests.browser.looking import violations

REGISTER = """
from allauth.idp.oidc.models import Client
Client.objects.filter(pk="site-b").update(redirect_uris="{}")
"""


@pytest.fixture
def broken(rewound_lab):
    """A lab in which the redirect URI of site B is registered without its last slash."""
    address = f"{rewound_lab.origin('site_b')}/oidc/callback"
    rewound_lab.manage("identity", "shell", "--verbosity=0", "-c", REGISTER.format(address))
    return rewound_lab


def test_a_redirect_uri_that_does_not_match_is_compared_and_leads_to_its_exchange(broken, page):
    person = Browsing(page, broken)
    person.visit("site_b")
    page.get_by_role("link", name="Sign in at Identity").click()
    expect(page.locator("h1")).to_have_text("This redirect URI is not registered for site B.")
    registered, sent, difference = (page.locator(".compare dd").nth(number) for number in range(3))
    address = f"{broken.origin('site_b')}/oidc/callback"
    expect(registered).to_have_text(f"{address}\u00a0")
    expect(sent).to_have_text(f"{address}/")
    expect(sent.locator("mark")).to_have_text("/")
    expect(registered.locator("mark.gap")).to_be_visible()
    expect(difference).to_have_text("There is a slash too many at the end.")
    page.get_by_role("link", name="See this exchange in the inspector").click()
    expect(page.locator("h1")).to_have_text("GET /identity/o/authorize")
    expect(page.locator("#exchange")).to_contain_text("400")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 853), ("light", 640), ("dark", 390)])
def test_the_page_can_be_read_at_every_size(broken, browser, scheme, width):
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 480}).new_page()
    Browsing(page, broken).visit("site_b", "/orders/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").bounding_box()["y"] < 480 / 2
    one, other = (page.locator(".compare dd").nth(number).bounding_box() for number in range(2))
    assert one["x"] == other["x"]
    assert one["y"] + one["height"] <= other["y"]
    for fold in page.locator("details.fold > summary").all():
        fold.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
