from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """identity's own behaviour: who is known from the start, and how it speaks the protocol."""

    name = "identity"

    def ready(self):
        from identity.provider import server, signing_keys

        signing_keys.keep_parsed_keys()
        server.install()

    def seed(self):
        from allauth.idp.oidc.models import Token

        from backchannel_logout.delivery import forget_old
        from identity.account.people import seed_people
        from identity.provider.clients import seed_clients
        from identity.provider.signing_keys import signing_keys

        signing_keys()  # made now: the first sign-in need not wait for a key
        seed_people()
        seed_clients()
        Token.objects.expired().delete()  # codes and tokens: by themselves they stay in their table
        forget_old()
