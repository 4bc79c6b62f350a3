from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_delete


class IdentityConfig(AppConfig):
    """identity's own behaviour: who is known from the start, and how it speaks the protocol."""

    name = "identity"

    def ready(self):
        from django.contrib.auth import get_user_model
        from django.contrib.sessions.models import Session

        from identity import at_once, keys, provider

        keys.keep_parsed_keys()
        provider.install()
        post_delete.connect(at_once.note_deleted, sender=Session)
        post_save.connect(at_once.end_where_nobody_is_known, sender=get_user_model())
        pre_delete.connect(at_once.end_all_of, sender=get_user_model())

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
