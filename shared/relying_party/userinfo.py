"""What the provider says about the person, asked with the access token (OpenID Connect Core, 5.3)."""

from django.conf import settings

from bounded_http import Answer
from relying_party import mismatch, provider_client, signature
from relying_party.failures import SignInFailed, token_refused


def userinfo_of(access_token: str, id_token: dict) -> dict:
    """The claims about the person whom ``id_token``, its verified claims, names; none where the provider has no such
    endpoint, which Discovery (section 3) only recommends. Raises ``SignInFailed``."""
    if not getattr(settings, "OIDC_OP_USER_ENDPOINT", None):
        return {}
    answer = provider_client.call(
        "GET", settings.OIDC_OP_USER_ENDPOINT, headers={"Authorization": f"Bearer {access_token}"}
    )
    claims = claims_in(answer)
    check_same_subject(claims, id_token)
    return claims


def claims_in(answer: Answer) -> dict:
    """The claims of a JSON answer, or of a signed JWT (5.3.2)."""
    if answer.content_type != "application/jwt":
        return provider_client.json_object(answer)
    token = answer.body.decode("ascii", "replace").strip()
    claims = signature.verified(token, signature.header_of(token), [], signature.check_type_is_jwt)
    check_made_for_us(claims)
    return claims


def check_made_for_us(claims: dict) -> None:
    """Refuse signed userinfo of another provider, or that was not made for this client, be it with others. Both claims
    may be missing (5.3.2)."""
    if claims.get("iss", settings.OIDC_OP_ISSUER) != settings.OIDC_OP_ISSUER:
        texts = mismatch.of_issuer(settings.OIDC_OP_ISSUER, claims["iss"], "iss in userinfo")
        raise token_refused("iss", f"userinfo issued by {claims['iss']!r}", texts)
    audience = claims.get("aud", settings.OIDC_RP_CLIENT_ID)
    if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
        texts = mismatch.of_client(settings.OIDC_RP_CLIENT_ID, claims["aud"], "aud in userinfo")
        raise token_refused("aud", f"userinfo made for {claims['aud']!r}", texts)


def check_same_subject(claims: dict, id_token: dict) -> None:
    """Refuse an answer about another person than the ID Token (5.3.2)."""
    if claims.get("sub") != id_token["sub"]:
        told, said = claims.get("sub"), id_token["sub"]
        types = () if isinstance(told, str) else ("The one in userinfo is not a text.",)
        texts = mismatch.of_values(said, told, "sub in the ID Token", "sub in userinfo", *types)
        raise SignInFailed("another_person", "sub of userinfo is not that of the ID Token", mismatch=texts)
