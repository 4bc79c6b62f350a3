"""Settings of mozilla-django-oidc that change nothing here: what they are for is done in another way, or never."""

import pytest

from tests.page import text_of

pytestmark = pytest.mark.django_db

WITHOUT_EFFECT = {
    "OIDC_PROXY": {"http": "http://127.0.0.1:1"},
    "OIDC_VERIFY_SSL": False,
    "OIDC_VERIFY_KID": False,
    "OIDC_ALLOW_UNSECURED_JWT": True,
    "OIDC_RP_IDP_SIGN_KEY": "no key",
    "OIDC_USERNAME_ALGO": "nowhere.function",
    "OIDC_EXEMPT_URLS": ["/"],
    "OIDC_REDIRECT_FIELD_NAME": "other",
    "LOGIN_REDIRECT_URL_FAILURE": "/elsewhere/",
}


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_a_sign_in_is_as_without_it(client, provider, come_back, settings, name):
    setattr(settings, name, WITHOUT_EFFECT[name])
    assert come_back().status_code == 302
    assert "Sign out of this site" in text_of(client.get("/"))


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_so_is_one_that_fails(client, provider, begin, settings, name):
    setattr(settings, name, WITHOUT_EFFECT[name])
    response = client.get("/oidc/callback/", {"code": "c", "state": f"{begin()['state']}x"})
    assert response.status_code == 400
    assert "Sign-in not finished" in text_of(response)


def test_no_unsigned_token_is_taken_whatever_the_settings_say(client, provider, come_back, settings):
    for name, value in WITHOUT_EFFECT.items():
        setattr(settings, name, value)
    provider.header["alg"] = "none"
    assert come_back().status_code == 502
