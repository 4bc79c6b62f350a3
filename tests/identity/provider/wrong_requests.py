"""Tables of wrong requests to Identity. Knows nothing of Django: the same are sent over real HTTP.

What a request is changed by: a name whose value is None is left out.
"""

import base64
import hashlib
from urllib.parse import urlsplit

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def nested(depth: int) -> str:
    """A JSON object in an object in an object."""
    return '{"a":' * depth + "0" + "}" * depth


def asking_at(redirect_uri: str) -> dict[str, str]:
    """The authorization request of site A that nothing is wrong with."""
    return {
        "client_id": "site-a",
        "response_type": "code",
        "scope": "openid profile email",
        "redirect_uri": redirect_uri,
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def other_addresses(own: str, other_origin: str) -> dict[str, str | None]:
    """Redirect URIs that are not quite the registered one."""
    port = f":{urlsplit(own).port}"
    return {
        "a further parameter": own + "?x=1",
        "an empty query": own + "?",
        "no slash at the end": own.rstrip("/"),
        "a further path": own + "more",
        "dots": own.replace("/oidc/", "/x/../oidc/"),
        "another port": own.replace(port, ":9"),
        "no port": own.replace(port, ""),
        "capitals in the host": own.replace("site-a", "SITE-A"),
        "capitals in the scheme": own.replace("http", "HTTP"),
        "https": own.replace("http", "https"),
        "a fragment": own + "#x",
        "a user": own.replace("http://", "http://alice@"),
        "loopback": own.replace(urlsplit(own).hostname, "127.0.0.1"),
        "a space": own + " ",
        "encoded": own.replace("oidc", "%6fidc"),
        "another site": f"{other_origin}/oidc/callback/",
        "a script": "javascript:alert(1)",
        "none": None,
    }


# What is told to the client, and as which error.
REFUSED = {
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "no PKCE": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "an empty challenge": ({"code_challenge": ""}, "invalid_request"),
    "plain": ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
    "no method, which means plain": ({"code_challenge_method": None}, "invalid_request"),
    "an empty method": ({"code_challenge_method": ""}, "invalid_request"),
    "s256": ({"code_challenge_method": "s256"}, "invalid_request"),
    "a short challenge": ({"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
    "a long challenge": ({"code_challenge": CHALLENGE + "A"}, "invalid_request"),
    "a padded challenge": ({"code_challenge": CHALLENGE[:-1] + "="}, "invalid_request"),
    "a challenge with a new line": ({"code_challenge": CHALLENGE[:-1] + "\n"}, "invalid_request"),
    "a request object": ({"request": "e30.e30."}, "request_not_supported"),
    "an empty request object": ({"request": ""}, "request_not_supported"),
    "a request by address": ({"request_uri": "https://site.example/request"}, "request_uri_not_supported"),
    "a registration": ({"registration": "{}"}, "registration_not_supported"),
    "an answer in a fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "an answer in a form": ({"response_mode": "form_post"}, "invalid_request"),
    "a token": ({"response_type": "token"}, "unsupported_response_type"),
    "an ID Token": ({"response_type": "id_token"}, "unsupported_response_type"),
    "more than a code": ({"response_type": "code id_token"}, "unauthorized_client"),
    "no response type": ({"response_type": None}, "invalid_request"),
    "no openid": ({"scope": "profile"}, "invalid_scope"),
    "no scope": ({"scope": None}, "invalid_scope"),
    "a max_age that is a word": ({"max_age": "x"}, "invalid_request"),
    "a max_age below nothing": ({"max_age": "-1"}, "invalid_request"),
    "a max_age with a point": ({"max_age": "1.5"}, "invalid_request"),
    "a max_age in other digits": ({"max_age": "²"}, "invalid_request"),
    "a max_age beyond all ages": ({"max_age": "9" * 5000}, "invalid_request"),
    "none with login": ({"prompt": "none login"}, "invalid_request"),
    "none with consent": ({"prompt": "consent none"}, "invalid_request"),
    "an unknown prompt": ({"prompt": "dance"}, "invalid_request"),
    "another account": ({"prompt": "select_account"}, "invalid_request"),
}

# What must not break anything, whatever is answered.
ODD_PARAMETERS = [
    ("claims", "x"),
    ("claims", "[]"),
    ("claims", "1e309"),
    ("claims", '{"sub": 7}'),
    ("claims", nested(2000)),
    ("claims", nested(990)),
    ("claims", nested(930)),
    ("claims", nested(90)),
    ("claims", '{"a": NaN, "b": -Infinity, "c": "\\ud800\\u0000"}'),
    ("resource", "//["),
    ("resource", "x"),
    ("max_age", "x"),
    ("prompt", "none login"),
    ("prompt", "x"),
    ("id_token_hint", "x"),
    ("id_token_hint", "a.b.c"),
    ("request", "x"),
    ("request_uri", "x"),
    ("scope", ""),
    ("scope", "x" * 5000),
    ("redirect_uri", "//["),
    ("redirect_uri", "javascript:alert(1)"),
    ("client_id", "\x00"),
    ("response_type", "token"),
    ("code_challenge", ""),
    ("code_challenge_method", "x"),
    ("state", "\x00\r\nX: y"),
    ("nonce", "é" * 3000),
]
ODD_FIELDS = [
    {"resource": "x"},
    {"resource": "//["},
    {"grant_type": "password"},
    {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
    {"grant_type": "refresh_token", "refresh_token": "x"},
    {"grant_type": ""},
    {"client_id": "\x00"},
    {"code": "é\x00"},
    {"code": "x" * 5000},
    {"code_verifier": "é"},
    {"redirect_uri": "//["},
]
ODD_CREDENTIALS = [
    *("Basic", "Basic x", "Basic ====", "Basic /////w==", "Basic Og==", "Digest x", "é"),
    *("Bearer", "Bearer ", "Bearer x y", "Bearer eyJ.a.b", "Bearer " + "e" * 9000),
    "Basic " + base64.b64encode(b"site-a:\xff").decode(),
]
