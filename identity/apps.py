from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Seeds people and clients, and replaces what allauth does with keys, sessions and people. ``urls`` installs the
    protocol engine."""

    name = "identity"

    def ready(self):
        from identity.account import people, sessions
        from identity.provider import signing_keys

        signing_keys.keep_parsed_keys()
        sessions.install()
        people.install()

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
