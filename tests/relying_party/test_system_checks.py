import pytest
from django.core.checks import run_checks

from lab.misbehaving.provider import key_named
from relying_party.callback import CallbackView
from relying_party.system_checks import FOLLOWS, SESSIONS
from tests.relying_party.conftest import pem_of

ELSEWHERE = "http://provider.example"


def found():
    return [message.id for message in run_checks() if message.id.startswith("relying_party.")]


class OwnCallbackView(CallbackView):
    pass


def test_the_settings_of_the_lab_pass():
    assert found() == []


def test_a_class_that_is_made_of_ours_is_as_good(settings):
    settings.OIDC_CALLBACK_CLASS = f"{__name__}.OwnCallbackView"
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("OIDC_OP_ISSUER", None, "E001"),
        ("OIDC_RP_CLIENT_SECRET", "", "W003"),
        ("OIDC_RP_CLIENT_SECRET", None, "W003"),
        ("OIDC_RP_PRIVATE_KEY", "no key", "E009"),
        ("OIDC_RP_SIGN_ALGO", "EdDSA ", "E002"),
        ("OIDC_PROXY_ADDRESS", "http://proxy.example:3128", "E010"),
        ("OIDC_PROXY_ADDRESS", "proxy.example", "E010"),
        ("OIDC_STATE_LIVES", None, "E001"),
        ("OIDC_MAX_BYTES", None, "E001"),
        ("OIDC_RP_SIGN_ALGO", "HS256", "E002"),
        ("OIDC_RP_SIGN_ALGO", "none", "E002"),
        ("OIDC_USE_PKCE", False, "E003"),
        ("OIDC_PKCE_CODE_CHALLENGE_METHOD", "plain", "E003"),
        ("OIDC_USE_NONCE", False, "E003"),
        ("OIDC_CREATE_USER", False, "E003"),
        ("ALLOW_LOGOUT_GET_METHOD", True, "E003"),
        ("AUTHENTICATION_BACKENDS", ["django.contrib.auth.backends.ModelBackend"], "E005"),
        ("OIDC_AUTHENTICATE_CLASS", "mozilla_django_oidc.views.OIDCAuthenticationRequestView", "E005"),
        ("OIDC_CALLBACK_CLASS", "mozilla_django_oidc.views.OIDCAuthenticationCallbackView", "E005"),
        ("OIDC_TRUSTED_AUDIENCES", "other", "E011"),
        ("OIDC_LEEWAY", -1, "E006"),
        ("OIDC_LEEWAY", None, "E006"),
        ("OIDC_TIMEOUT", 10, "E006"),
        ("OIDC_TIMEOUT", (3, 0), "E006"),
        ("OIDC_TIMEOUT", (3, None), "E006"),
        ("OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS", 0, "E006"),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies", "E007"),
        ("MIDDLEWARE", [SESSIONS], "E008"),
        ("MIDDLEWARE", [FOLLOWS, SESSIONS], "E008"),
    ],
)
def test_a_setting_that_makes_it_unsafe_is_named(settings, name, value, number):
    setattr(settings, name, value)
    assert found() == [f"relying_party.{number}"]


@pytest.mark.parametrize(
    "name", ["OIDC_RP_SIGN_ALGO", "OIDC_USE_PKCE", "OIDC_STATE_LIVES", "OIDC_LEEWAY", "OIDC_TRUSTED_AUDIENCES"]
)
def test_a_setting_that_is_missing_is_named(settings, name):
    delattr(settings, name)
    assert len(found()) == 1


def test_http_is_for_this_machine_or_for_developing(settings):
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{ELSEWHERE}/token"
    assert found() == []  # its name leads here: OIDC_OP_ADDRESS says so
    del settings.OIDC_OP_ADDRESS
    assert found() == ["relying_party.E004"]
    settings.DEBUG = True
    assert found() == []
    settings.DEBUG = False
    settings.OIDC_OP_TOKEN_ENDPOINT = "https://provider.example/token"
    assert found() == []


def test_a_token_does_not_go_to_identity_in_the_open_when_signing_out_either(settings):
    settings.OIDC_OP_END_SESSION_ENDPOINT = None  # whose provider has none has no button
    assert found() == []
    settings.OIDC_OP_END_SESSION_ENDPOINT = f"{ELSEWHERE}/logout"
    assert found() == []
    del settings.OIDC_OP_ADDRESS
    assert found() == ["relying_party.E004"]


def test_a_provider_without_userinfo_can_be_set_up(settings):
    del settings.OIDC_OP_USER_ENDPOINT
    assert found() == []


def test_a_private_key_stands_for_a_secret(settings):
    settings.OIDC_RP_CLIENT_SECRET = None
    settings.OIDC_RP_PRIVATE_KEY = pem_of(key_named("the client's"))
    assert found() == []


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file"])
def test_sessions_that_this_server_keeps_can_be_ended(settings, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert found() == []


@pytest.mark.parametrize("said", ["Strict", "strict"])
def test_a_session_cookie_that_does_not_come_back_from_the_provider_is_warned_of(settings, said):
    settings.SESSION_COOKIE_SAMESITE = said
    assert found() == ["relying_party.W001"]


@pytest.mark.parametrize(
    ("host", "changed", "ids"),
    [
        ("localhost", {"SESSION_COOKIE_NAME": "sessionid"}, ["relying_party.W002"]),
        ("localhost", {"SESSION_COOKIE_NAME": "mine"}, []),
        ("localhost", {"SESSION_COOKIE_NAME": "sessionid", "SESSION_COOKIE_PATH": "/mine/"}, []),
        ("elsewhere.localhost", {"SESSION_COOKIE_NAME": "sessionid"}, []),
    ],
)
def test_a_session_cookie_that_the_provider_may_replace_is_warned_of(settings, host, changed, ids):
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"http://{host}:8000/authorize"
    for name, value in changed.items():
        setattr(settings, name, value)
    assert found() == ids


@pytest.mark.parametrize("host", ["127.evil.example", "localhost.evil.example", "192.0.2.1"])
def test_a_name_that_only_looks_like_loopback_is_elsewhere(settings, host):
    del settings.OIDC_OP_ADDRESS
    settings.OIDC_OP_TOKEN_ENDPOINT = f"http://{host}/token"
    assert found() == ["relying_party.E004"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost", "provider.localhost:8000"])
def test_http_on_loopback_is_no_fault(settings, host):
    del settings.OIDC_OP_ADDRESS
    settings.OIDC_OP_TOKEN_ENDPOINT = f"http://{host}/token"
    assert found() == []
