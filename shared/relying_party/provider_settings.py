"""The settings that say where a provider is, each with the member of its metadata that has it (OpenID Connect
Discovery 1.0, section 3). Without Django: a program that writes settings needs their names before there are any.
"""

ENDPOINTS = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}
ADDRESSES = ("OIDC_OP_ISSUER", *ENDPOINTS)
# A provider need not have them.
OPTIONAL = {"OIDC_OP_USER_ENDPOINT": "userinfo_endpoint", "OIDC_OP_END_SESSION_ENDPOINT": "end_session_endpoint"}
