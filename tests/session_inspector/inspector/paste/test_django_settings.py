"""A fragment of settings: each usual fault is named, nothing of it is run, and secrets are not shown."""

import pytest

from session_inspector.inspector.paste.django_settings.meanings import MEANINGS
from session_inspector.inspector.paste.kinds import read
from tests.session_inspector.inspector.paste.reading import said_in, statements, value_of

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
TOOLBAR = "debug_toolbar.middleware.DebugToolbarMiddleware"
NAME = 'SESSION_COOKIE_NAME = "shop_session"\n'
OIDC = """
OIDC_RP_CLIENT_ID = "shop"
OIDC_RP_CLIENT_SECRET = os.environ["SECRET"]
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_OP_JWKS_ENDPOINT = "https://op.example/jwks"
OIDC_OP_AUTHORIZATION_ENDPOINT = "https://op.example/authorize"
OIDC_OP_TOKEN_ENDPOINT = "https://op.example/token"
OIDC_OP_USER_ENDPOINT = "https://op.example/userinfo"
"""
HTTP = "http://shop.example/"
FAULTS = {
    "secrets": (
        'SECRET_KEY = "abc"\nOIDC_RP_CLIENT_SECRET = "def"\nDATABASES = {"default": {"PASSWORD": "ghi"}}',
        "",
        "Secrets are in this text in full; they are not shown here: SECRET_KEY, OIDC_RP_CLIENT_SECRET, PASSWORD.",
    ),
    "no_sessions": (
        f"MIDDLEWARE = ['{AUTHENTICATION}']",
        "",
        "SessionMiddleware is not in MIDDLEWARE: request.session is missing.",
    ),
    "order": (
        f"MIDDLEWARE = ['{AUTHENTICATION}', '{SESSIONS}']",
        "",
        "AuthenticationMiddleware stands before SessionMiddleware: it finds no request.session.",
    ),
    "toolbar": (
        f"MIDDLEWARE = ['{SESSIONS}', '{TOOLBAR}']",
        "",
        "DebugToolbarMiddleware stands behind SessionMiddleware and reads each session: a cookie of another project on "
        "this host, with the same name, is deleted by each page.",
    ),
    "domain_localhost": (
        "SESSION_COOKIE_DOMAIN = 'localhost'",
        "",
        "SESSION_COOKIE_DOMAIN is localhost: under every other name of this server, browsers refuse the cookie.",
    ),
    "domain_with_a_port": (
        "CSRF_COOKIE_DOMAIN = 'shop.example:8000'",
        "",
        "CSRF_COOKIE_DOMAIN is shop.example:8000: a domain has no scheme, no port and no path.",
    ),
    "another_domain": (
        "SESSION_COOKIE_DOMAIN = '.other.example'",
        HTTP,
        "SESSION_COOKIE_DOMAIN is .other.example, and shop.example is no part of it: browsers refuse the cookie.",
    ),
    "secure_over_http": (
        "SESSION_COOKIE_SECURE = True",
        HTTP,
        "SESSION_COOKIE_SECURE is set, and the project is opened with http: except on loopback names, no browser sends "
        "the session cookie, and Safari does not even there.",
    ),
    "none_without_secure": (
        "SESSION_COOKIE_SAMESITE = 'None'",
        "",
        "SESSION_COOKIE_SAMESITE is 'None', and SESSION_COOKIE_SECURE is not True here: browsers refuse such a cookie.",
    ),
    "strict": (
        f"{OIDC}SESSION_COOKIE_SAMESITE = 'Strict'",
        "",
        "SESSION_COOKIE_SAMESITE is 'Strict', and this project signs in at a provider: after a form of another site, "
        "the callback comes without the session cookie.",
    ),
    "one_name": (
        "CSRF_COOKIE_NAME = 'sessionid'",
        "",
        "SESSION_COOKIE_NAME and CSRF_COOKIE_NAME are the same: a browser keeps only the cookie that came last.",
    ),
    "comma": ('SESSION_COOKIE_NAME = "shop",', "", "SESSION_COOKIE_NAME is a tuple: a comma stands behind its value."),
    "boolean": (
        "SESSION_COOKIE_SECURE = 'False'",
        "",
        "SESSION_COOKIE_SECURE is a text: each text that is not empty counts as True, 'False' too.",
    ),
    "origins": (
        "CSRF_TRUSTED_ORIGINS = ['shop.example']",
        "",
        "CSRF_TRUSTED_ORIGINS has shop.example, without a scheme: Django’s own check refuses it (4_0.E001).",
    ),
    "oidc": (
        OIDC.replace("OIDC_OP_TOKEN_ENDPOINT", "OTHER"),
        "",
        "Missing in this text, though mozilla-django-oidc needs it: OIDC_OP_TOKEN_ENDPOINT.",
    ),
    "algorithm": (
        OIDC.replace("OIDC_RP_SIGN_ALGO", "OTHER"),
        "",
        "ID Tokens must be signed with HS256, that is with the client secret: mozilla-django-oidc expects it so.",
    ),
    "no_keys": (
        OIDC.replace("OIDC_OP_JWKS_ENDPOINT", "OTHER"),
        "",
        "mozilla-django-oidc needs OIDC_OP_JWKS_ENDPOINT or OIDC_RP_IDP_SIGN_KEY: neither is in this text.",
    ),
    "signed_cookies": (
        "SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'",
        "",
        "Sessions are kept in cookies: signing out ends no copy of one, and a large one is dropped by the browser.",
    ),
    "cache": (
        "SESSION_ENGINE = 'django.contrib.sessions.backends.cache'",
        "",
        "Sessions are kept in a cache, and CACHES is not in this text: by default each process has one of its own.",
    ),
    "pickle": (
        "SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'",
        "",
        "SESSION_SERIALIZER is a pickle: who can write a session can run code at the server.",
    ),
    "loop": (
        "SECURE_SSL_REDIRECT = True",
        "",
        "SECURE_SSL_REDIRECT without SECURE_PROXY_SSL_HEADER: behind a proxy that speaks https, each page leads to "
        "itself without end.",
    ),
    "proxy_form": (
        "SECURE_PROXY_SSL_HEADER = ('X-Forwarded-Proto', 'https')",
        "",
        "SECURE_PROXY_SSL_HEADER is not two texts: a header, as request.META names it, and a value.",
    ),
    "proxy": (
        "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')",
        "",
        "SECURE_PROXY_SSL_HEADER lets Django believe a header: without a proxy that sets it, whoever asks may send it.",
    ),
    "age": (
        "SESSION_COOKIE_AGE = '3600'",
        "",
        "SESSION_COOKIE_AGE is no positive number of seconds: sessions end at once, or Django fails.",
    ),
    "every_request": (
        "SESSION_SAVE_EVERY_REQUEST = True",
        "",
        "SESSION_SAVE_EVERY_REQUEST: each request stores the session, and so prolongs it.",
    ),
    "browser_close": (
        "SESSION_EXPIRE_AT_BROWSER_CLOSE = True",
        "",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE: a browser that restores its tabs keeps the cookie all the same.",
    ),
    "http_only": (
        "SESSION_COOKIE_HTTPONLY = False",
        "",
        "SESSION_COOKIE_HTTPONLY is False: a script in a page can read the key, and whoever has it is signed in.",
    ),
    "default_name": (
        "SESSION_COOKIE_AGE = 3600",
        "",
        "The session cookie has Django’s default name: another project on this host, on any port, uses the same "
        "cookie.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    text, address, said = FAULTS[fault]
    assert said in statements(text, address)


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        f"{NAME}{OIDC}SESSION_COOKIE_SAMESITE = 'Lax'",
        f"{NAME}MIDDLEWARE = ['{TOOLBAR}', '{SESSIONS}', '{AUTHENTICATION}']",
        f"{NAME}MIDDLEWARE = ['x.Mine', *MIDDLEWARE]",  # the rest is not known
        f"{NAME}CSRF_TRUSTED_ORIGINS = ['https://shop.example']\nSESSION_COOKIE_SECURE = not DEBUG",
    ],
)
def test_of_a_good_one_nothing_is_said(text):
    assert statements(text) == []


def test_what_is_known_is_shown_and_explained_and_of_the_rest_the_names():
    reading = read(f"{NAME}DEBUG = env('DEBUG')\nEMAIL_HOST = 'mail.example'")
    assert reading.kind == "a fragment of Django’s settings"
    assert [one.name for one in reading.parts] == ["SESSION_COOKIE_NAME"]
    assert value_of(reading, "SESSION_COOKIE_NAME") == "shop_session"
    assert reading.note.startswith("Not read: DEBUG, EMAIL_HOST. Nothing of the text was run")
    assert "mail.example" not in said_in(reading)


def test_nothing_is_run(tmp_path):
    made = tmp_path / "made"
    read(f"{NAME}X = open({str(made)!r}, 'w').write('x')\n__import__('os').mkdir({str(made)!r})")
    assert not made.exists()


@pytest.mark.parametrize(
    "text", ["SESSION_COOKIE_NAME = 'a", "SESSION_COOKIE_NAME = = 1", "SESSION_COOKIE_AGE = 1\nexport X=1"]
)
def test_what_cannot_be_read_is_said(text):
    assert read(text).kind == "a text like settings, which Python cannot read"


@pytest.mark.parametrize("text", ["if DEBUG:\n    SESSION_COOKIE_AGE = 1", "INSTALLED_APPS += ['debug_toolbar']"])
def test_what_python_can_read_is_not_said_to_be_unreadable(text):
    assert read(text).kind == "a fragment of Django’s settings"
    assert statements(text) == []


def test_a_list_to_which_something_is_added_is_not_known():
    reading = read(f"{NAME}MIDDLEWARE = ['x.Mine']\nMIDDLEWARE += ['{SESSIONS}']")
    assert reading.findings == ()
    assert reading.note.startswith("Not read: MIDDLEWARE.")


SECRETS_IN_FULL = [
    ("SOCIALACCOUNT_PROVIDERS = {'google': {'APPS': [{'client_id': 'x', 'secret': 'abc'}]}}", "secret"),
    ("DATABASES = {'default': {'NAME': os.environ['NAME'], 'PASSWORD': 'abc'}}", "PASSWORD"),
    ("SECRET_KEY = b'abc'", "SECRET_KEY"),
    ("SECRET_KEY = 'abc' + 'def'", "SECRET_KEY"),
    ("SECRET_KEY_FALLBACKS = ['abc']", "SECRET_KEY_FALLBACKS"),
]


@pytest.mark.parametrize(("text", "name"), SECRETS_IN_FULL)
def test_a_secret_is_named_wherever_it_stands(text, name):
    said = said_in(read(f"{NAME}{text}"))
    assert f"Secrets are in this text in full; they are not shown here: {name}." in said
    assert "abc" not in said


@pytest.mark.parametrize(
    "text",
    [
        "SECRET_KEY = os.environ['SECRET_KEY']",
        "SECRET_KEY = 'prefix-' + os.environ['KEY']",
        "SECRET_KEY = ''",
        "IDP_SIGN_KEY = '-----BEGIN PUBLIC KEY-----'",
        "SOCIAL_AUTH_X_PUBLIC_KEY = 'abc'",
        "SOCIAL_AUTH_X_ACCESS_TOKEN_URL = 'https://op.example/token'",
        "SIMPLE_JWT = {'TOKEN_TYPE_CLAIM': 'token_type'}",
        "PASSWORD_HASHERS = ['x.Hasher']",
    ],
)
def test_what_is_no_secret_is_not_called_one(text):
    assert "in this text in full" not in said_in(read(f"{NAME}{text}"))


def test_every_setting_that_is_explained_is_one_of_django_or_of_mozilla_django_oidc():
    from django.conf import global_settings

    assert {name for name in MEANINGS if not hasattr(global_settings, name)} == {
        "OIDC_OP_AUTHORIZATION_ENDPOINT",
        "OIDC_OP_TOKEN_ENDPOINT",
        "OIDC_OP_USER_ENDPOINT",
        "OIDC_OP_JWKS_ENDPOINT",
        "OIDC_RP_CLIENT_ID",
        "OIDC_RP_SIGN_ALGO",
    }
