from django.apps import AppConfig


class BackChannelLogoutConfig(AppConfig):
    """Notices the end of sessions. What binds codes and tokens to them is installed by the middleware."""

    name = "backchannel_logout"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project's is: the migrations are made for it

    def ready(self):
        from backchannel_logout import signals

        signals.connect()
