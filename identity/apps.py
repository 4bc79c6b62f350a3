from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """identity's own behaviour: who is known from the start, and how it speaks the protocol."""

    name = "identity"

    def ready(self):
        from identity import at_once, keys, provider

        keys.keep_parsed_keys()
        provider.install()
        at_once.connect()

    def seed(self):
        from allauth.idp.oidc.models import Token

        from identity.keys import signing_keys
        from identity.logout import forget_old
        from identity.seeds import seed_clients, seed_people

        signing_keys()  # made now: the first sign-in need not wait for a key
        seed_people()
        seed_clients()
        Token.objects.expired().delete()  # codes and tokens: by themselves they stay in their table
        forget_old()
