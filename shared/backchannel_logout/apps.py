from django.apps import AppConfig


class BackChannelLogoutConfig(AppConfig):
    """Notices which sessions end, and binds to its session what allauth gives."""

    name = "backchannel_logout"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's is: the migrations are made for it

    def ready(self):
        from backchannel_logout import session_binding, signals

        signals.connect()
        session_binding.install()
