"""What the provider answers to a code: an ID Token and an access token (OpenID Connect Core, 3.1.3.3 and 3.1.3.5)."""

import re

from django.conf import settings

from relying_party import client_authentication, provider_client
from relying_party.failures import SignInFailed, words_in


def tokens_for(code: str, redirect_uri: str, code_verifier: str | None) -> tuple[str, str]:
    """Trade the code for (ID Token, access token). The ID Token is not checked here. Raises ``SignInFailed``."""
    proof = client_authentication.proof()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        **proof.form,
    }
    if code_verifier:
        form["code_verifier"] = code_verifier
    answer = provider_client.call("POST", settings.OIDC_OP_TOKEN_ENDPOINT, form, proof.headers)
    tokens = provider_client.json_object(answer)
    check_no_error(tokens)
    check_token_type(tokens)
    check_access_token(tokens)
    check_id_token_came(tokens)
    return tokens["id_token"], tokens["access_token"]


def check_no_error(answer: dict) -> None:
    """Refuse an error that comes with the status of a success (RFC 6749, section 5.2, asks for a 400)."""
    if "error" in answer:
        said = words_in(answer, provider_client.own_secrets())
        raise SignInFailed("unreadable", f"200, and yet an error: {said.error[:100]!r}", said=said)


def check_token_type(answer: dict) -> None:
    """Refuse an access token of another type than ``Bearer`` (RFC 6749, section 7.1)."""
    kind = answer.get("token_type")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise SignInFailed("unreadable", f"token_type is {str(kind)[:40]!r}, not Bearer")


def check_access_token(answer: dict) -> None:
    """Refuse an access token with other characters than those of a header (RFC 6750, section 2.1)."""
    token = answer.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", token):
        raise SignInFailed("unreadable", "no access_token that could be one")


def check_id_token_came(answer: dict) -> None:
    if not isinstance(answer.get("id_token"), str):
        raise SignInFailed("unreadable", "no id_token")
