"""What the checks say of other traffic, and what Django makes of a proxy that says nothing, or something."""

import pytest
from django.test import Client

from lab.scenarios import behind_a_proxy
from lab.servers import IDENTITY, SITE_B
from lab.staging.tickets import PATH
from tests.session_inspector.inspector.traffic import KNOWN, exchange, row

SITE = SITE_B.name


@pytest.mark.parametrize(
    ("status", "location", "shown"),
    [
        (301, f"{SITE_B.origin}/", "loop"),
        (301, f"{SITE_B.origin}/cart/", ""),
        (301, f"{IDENTITY.origin}/", ""),
        (200, None, "page"),
        (502, None, ""),
    ],
)
def test_a_redirect_to_the_address_that_was_asked_is_a_loop(status, location, shown):
    page = exchange(SITE, "/", status=status, location=location)
    assert behind_a_proxy.is_a_loop([page]).shown == {"page": shown}


def added(status=302):
    return exchange(
        SITE, "/cart/add/", method="POST", status=status, after=row("b1", cart={}) if status == 302 else None
    )


@pytest.mark.parametrize(("status", "shown"), [(403, "refused"), (302, "works"), (500, "")])
def test_what_became_of_a_form(status, shown):
    assert behind_a_proxy.form_of(added(status)) == shown


@pytest.mark.parametrize(
    ("uri", "status", "shown"),
    [
        ("http://site-b.localhost:8002/oidc/callback/", 400, "refused"),
        ("https://site-b.localhost:8002/oidc/callback/", 400, ""),  # for another reason
        ("https://site-b.localhost:8002/oidc/callback/", 302, "works"),
    ],
)
def test_whether_identity_refuses_an_address_over_http(uri, status, shown):
    authorize = exchange("identity", "/identity/o/authorize", status=status, query=[("redirect_uri", uri)])
    assert behind_a_proxy.not_told([added(), authorize]).shown == {"form": "works", "sign_in": shown}


@pytest.mark.parametrize(("after", "shown"), [(row("b1", **KNOWN), "works"), (None, "")])
def test_whether_one_is_signed_in(after, shown):
    callback = exchange(SITE, "/oidc/callback/", after=after)
    assert behind_a_proxy.told([added(403), callback]).shown == {"form": "refused", "sign_in": shown}


def tickets(*statuses):
    return [exchange(SITE, PATH, status=status) for status in statuses]


@pytest.mark.parametrize(
    ("statuses", "second", "mine"),
    [
        ((200, 200, 200), "yes", "yes"),
        ((200, 429, 200), "no", "yes"),
        ((200, 429, 429), "no", "no"),
        ((200, 500, 500), "", ""),
        ((429, 429, 429), "", ""),  # somebody else has had one before
    ],
)
def test_who_gets_a_ticket(statuses, second, mine):
    steps = tickets(*statuses)
    assert behind_a_proxy.who_gets_what(steps).shown == {"second": second, "mine": mine}
    assert behind_a_proxy.who_gets_two(steps[:2]).shown == {"second": second}
    assert behind_a_proxy.who_gets_one(steps[::2]).shown == {"mine": mine}


@pytest.mark.django_db
class TestDjangoBehindAProxy:
    """Which asks over http, while the browser speaks https with it."""

    @pytest.fixture
    def asks(self, settings):
        return Client(enforce_csrf_checks=True, headers={"host": settings.SERVER.netloc})

    @pytest.fixture
    def is_told(self, settings):
        settings.SECURE_PROXY_SSL_HEADER = behind_a_proxy.TOLD["SECURE_PROXY_SSL_HEADER"].value

    def test_is_led_to_https_again_and_again(self, asks, settings):
        settings.SECURE_SSL_REDIRECT = True
        answer = asks.get("/stateless/plain/")
        assert answer.status_code == 301
        assert answer["Location"] == f"https://{settings.SERVER.netloc}/stateless/plain/"

    @pytest.mark.usefixtures("is_told")
    def test_which_says_how_the_browser_came_is_not(self, asks, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert asks.get("/stateless/plain/", headers={"x-forwarded-proto": "https"}).status_code == 200
        assert asks.get("/stateless/plain/").status_code == 301

    def test_refuses_a_form_by_its_origin_until_it_is_told(self, asks, settings, is_told):
        token = asks.get("/values/").context["csrf_token"]
        form = {"language": "fr", "csrfmiddlewaretoken": str(token)}
        origin = {"origin": f"https://{settings.SERVER.netloc}"}
        assert asks.post("/values/language/", form, headers=origin).status_code == 403
        told = {**origin, "referer": f"{origin['origin']}/values/", "x-forwarded-proto": "https"}
        assert asks.post("/values/language/", form, headers=told).status_code == 302

    def test_takes_a_form_of_a_trusted_origin_and_still_builds_addresses_over_http(self, asks, settings):
        settings.CSRF_TRUSTED_ORIGINS = [f"https://{settings.SERVER.netloc}"]
        token = asks.get("/values/").context["csrf_token"]
        form = {"language": "fr", "csrfmiddlewaretoken": str(token)}
        origin = {"origin": f"https://{settings.SERVER.netloc}"}
        assert asks.post("/values/language/", form, headers=origin).status_code == 302
        assert "redirect_uri=http%3A" in asks.get("/oidc/authenticate/")["Location"]
