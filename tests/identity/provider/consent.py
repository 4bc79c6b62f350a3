"""A client of somebody else: people are asked before they are named to it."""

from allauth.idp.oidc.models import Client

STRANGER = {"client_id": "stranger", "redirect_uri": "http://stranger.example/back"}


def register_stranger():
    """It has the secret of site A."""
    return Client.objects.create(
        id="stranger",
        name="Stranger",
        secret=Client.objects.get(pk="site-a").secret,
        redirect_uris=STRANGER["redirect_uri"],
        scopes="openid\nprofile\nemail",
    )


def send_form(client, page, scopes, action="grant", **others):
    """Answer the form of consent."""
    form = page.content.decode().split('name="request" value="')[1].split('"')[0]
    return client.post("/identity/o/authorize", {"request": form, "scopes": scopes.split(), "action": action, **others})
