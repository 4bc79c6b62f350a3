from django.apps import AppConfig


class BackChannelLogoutConfig(AppConfig):
    """Notices the end of sessions, and binds the codes and tokens of allauth to their session."""

    name = "backchannel_logout"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's is: the migrations are made for it

    def ready(self):
        from backchannel_logout import session_binding, signals

        signals.connect()
        session_binding.install()
