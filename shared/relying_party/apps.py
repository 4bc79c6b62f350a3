from django.apps import AppConfig
from django.core import checks


class RelyingPartyConfig(AppConfig):
    name = "shared.relying_party"

    def ready(self):
        from shared.relying_party.system_checks import check_settings

        checks.register(check_settings, checks.Tags.security)
