from django.apps import AppConfig


class RelyingPartyConfig(AppConfig):
    name = "shared.relying_party"
