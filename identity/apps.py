from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """identity's own behaviour: who is known from the start, and one key parsed once."""

    name = "identity"

    def ready(self):
        from identity.keys import keep_parsed_keys

        keep_parsed_keys()

    def seed(self):
        from identity.seeds import seed_clients, seed_people

        seed_people()
        seed_clients()
