"""A provider that somebody has chosen for a site."""

from lab.chosen_provider import Choice

CHOICE = Choice(
    {
        "OIDC_OP_ISSUER": "https://op.example/realm",
        "OIDC_OP_AUTHORIZATION_ENDPOINT": "https://login.op.example/authorize",
        "OIDC_OP_TOKEN_ENDPOINT": "https://op.example/token",
        "OIDC_OP_JWKS_ENDPOINT": "https://op.example/keys",
        "OIDC_OP_USER_ENDPOINT": "https://op.example/userinfo",
        "OIDC_OP_END_SESSION_ENDPOINT": None,
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_TOKEN_USE_BASIC_AUTH": True,
        "OIDC_ISS_REQUIRED": True,
        "OIDC_RP_CLIENT_ID": "site-a-there",
        "OIDC_RP_CLIENT_SECRET": "s3cret",
    },
    ("It has no userinfo_endpoint.",),
)
