from django.apps import AppConfig


class BackChannelLogoutConfig(AppConfig):
    """Notices the end of sessions."""

    name = "backchannel_logout"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's is: the migrations are made for it

    def ready(self):
        from backchannel_logout import signals

        signals.connect()
