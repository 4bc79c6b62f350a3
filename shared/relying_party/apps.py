from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.core import checks


class RelyingPartyConfig(AppConfig):
    name = "relying_party"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's is: the migrations are made for it

    def ready(self):
        from relying_party.session_index import forget_whoever_signs_out
        from relying_party.system_checks import check_settings

        user_logged_out.connect(forget_whoever_signs_out)
        checks.register(check_settings, checks.Tags.security)
