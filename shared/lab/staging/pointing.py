"""What a run changes: the settings of its stage, and where site B signs in, if that is not Identity.

At the provider that misbehaves site B checks all that it always does.
"""

from lab.misbehaving.answers import AUTHORIZE, CLIENT_ID, END_SESSION, JWKS, TOKEN, USERINFO
from lab.misbehaving.modes import mode_of
from lab.runs import Run
from lab.servers import PROVIDER, SITE_B, Server
from lab.staging.catalogue import stage_of
from lab.staging.parts import Change, Directive, OtherSecret, Settings

AT_PROVIDER: Settings = {
    "OIDC_OP_ISSUER": Change(PROVIDER.origin, "Who has to have issued the ID Token."),
    "OIDC_OP_AUTHORIZATION_ENDPOINT": Change(PROVIDER.origin + AUTHORIZE, "Where site B sends your browser."),
    "OIDC_OP_TOKEN_ENDPOINT": Change(PROVIDER.origin + TOKEN, "Where site B redeems the code."),
    "OIDC_OP_USER_ENDPOINT": Change(PROVIDER.origin + USERINFO, "Where site B asks for your name."),
    "OIDC_OP_JWKS_ENDPOINT": Change(PROVIDER.origin + JWKS, "Where site B fetches the public keys."),
    "OIDC_OP_END_SESSION_ENDPOINT": Change(PROVIDER.origin + END_SESSION, "Where one signs out there."),
    "OIDC_OP_ADDRESS": Change(PROVIDER.back_channel_address, "Where the name leads: site B connects to this address."),
    "OIDC_RP_CLIENT_ID": Change(CLIENT_ID, "By what name the other provider knows site B."),
    "OIDC_RP_CLIENT_SECRET": OtherSecret("of-the-shop", "Identity’s secret is for Identity only."),
    "CONTENT_SECURITY_POLICY": Directive(
        "form-action",
        ("'self'", PROVIDER.origin),
        "Chromium checks where a form’s answer redirects to. Signing out leads there.",
    ),
}


def changes_in(run: Run, server: Server) -> Settings:
    """What the run’s stage says stands above what its provider needs."""
    stage = stage_of(run)
    pointed = AT_PROVIDER if server == SITE_B and mode_of(run) else {}
    return {**pointed, **(stage.settings.get(server.name, {}) if stage else {})}
