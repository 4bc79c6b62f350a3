from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Seeds people and clients, and keeps signing keys parsed. All else of allauth is replaced in ``urls``."""

    name = "identity"

    def ready(self):
        from identity.provider import signing_keys

        signing_keys.keep_parsed_keys()

    def seed(self):
        from allauth.idp.oidc.models import Token

        from backchannel_logout.delivery import forget_old
        from identity.account.people import seed_people
        from identity.provider.clients import seed_clients
        from identity.provider.signing_keys import signing_keys

        signing_keys()  # makes one now: the first sign-in need not wait for it
        seed_people()
        seed_clients()
        Token.objects.expired().delete()  # codes and tokens: nothing else deletes them
        forget_old()
