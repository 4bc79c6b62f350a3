"""Site A, whose provider is not ours. Its settings differ from the lab's in nothing but that."""

import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.interop.elsewhere import CAROL


@pytest.fixture
def site(started_before, elsewhere, monkeypatch):
    """Start site A as a client of that provider; a person who has been nowhere yet."""
    lab = started_before
    resolve_to_loopback(monkeypatch, lab.domain)

    def site(method: str = "client_secret_post", **changes: str) -> Person:
        lab.settings = {
            "DJANGO_SETTINGS_MODULE": "tests.interop.site_a_elsewhere",
            **elsewhere.register(f"{lab.origin('site_a')}/oidc/callback/", token_endpoint_auth_method=method),
            **changes,
        }
        lab.start("site_a")
        return Person(lab, "carol")

    return site


def answered(person, path: str = "/", **form):
    """The provider's form, which site A led to, sent with that; the answer, not followed."""
    page = person.get(f"{person.lab.origin('site_a')}/oidc/authenticate/?next={path}")
    assert page.url.startswith("http://127.0.0.1:")
    return person.send_form(page, **form)


@pytest.mark.parametrize(
    ("method", "changes"),
    [("client_secret_post", {}), ("client_secret_basic", {"OIDC_TOKEN_USE_BASIC_AUTH": "True"})],
)
def test_who_signs_in_elsewhere_is_greeted_here(site, method, changes):
    carol = site(method, **changes)
    answer = answered(carol, "/shelf/", sub=CAROL["sub"])
    assert answer.status_code == 302
    page = carol.get(answer.headers["Location"])
    assert page.url == carol.lab.origin("site_a") + "/shelf/"
    assert carol.known_at("site_a") == CAROL["name"]
    assert CAROL["email"] in carol.get(carol.lab.origin("site_a")).text


def test_who_refuses_elsewhere_is_nobody_here_and_reads_why(site):
    carol = site()
    answer = answered(carol, action="deny")
    assert "error=access_denied" in answer.headers["Location"]
    page = carol.get(answer.headers["Location"])
    assert "Sign-in not finished" in page.text
    # Before its version 0.4 that provider forgets the state: then the answer may be anybody's.
    assert page.status_code == (403 if "state=" in answer.headers["Location"] else 400)
    assert carol.known_at("site_a") is None


def test_another_provider_than_the_settings_name_signs_nobody_in(site):
    carol = site(OIDC_OP_ISSUER="https://another.example")
    page = carol.get(answered(carol, sub=CAROL["sub"]).headers["Location"])
    assert page.status_code == 502
    assert "<code>iss</code>" in page.text
    assert carol.known_at("site_a") is None
