"""A client's side of the protocol, for tests: asks Identity for a code and redeems it."""

import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE

from lab.servers import SITE_A
from lab.state import secret
from tests.identity.provider.wrong_requests import VERIFIER, asking_at

REDIRECT_URI = f"{SITE_A.origin}/oidc/callback/"
ASKING = asking_at(REDIRECT_URI)


def authorize(client, **changes):
    """Ask for a code; a parameter whose change is None is left out."""
    asking = {name: value for name, value in {**ASKING, **changes}.items() if value is not None}
    return client.get("/identity/o/authorize?" + urlencode(asking))


def answer_of(response) -> dict[str, str]:
    """What the client is told in its redirect URI."""
    assert response.status_code == 303, response.content.decode()
    address = urlsplit(response["Location"])
    assert address.scheme, f"not to a client: {response['Location']}"
    return dict(parse_qsl(address.query))


def code_for(client, **changes):
    response = authorize(client, **changes)
    address = changes.get("redirect_uri", REDIRECT_URI)
    assert response["Location"].startswith(address + ("&" if "?" in address else "?"))
    return answer_of(response)["code"]


def redeem(client, code, headers=None, **changes):
    fields = {
        "grant_type": "authorization_code",
        "client_id": "site-a",
        "client_secret": secret("site_a.client_secret"),
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        **changes,
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    return client.post("/identity/o/api/token", fields, headers=headers)


def refresh(client, token, **changes):
    return redeem(
        client, None, grant_type="refresh_token", refresh_token=token, redirect_uri=None, code_verifier=None, **changes
    )


def userinfo(client, access_token):
    return client.get("/identity/o/api/userinfo", headers={"authorization": f"Bearer {access_token}"})


def claims_in(id_token):
    """Unverified: whether a signature holds is tried once, elsewhere."""
    return jwt.decode(id_token, options={"verify_signature": False})


def remember_password_of(client, user, seconds_ago):
    """Let the session of that client say that the password was typed so long ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - seconds_ago}]
    session[WHOSE] = str(user.pk)
    session.save()
