from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_save


class SessionInspectorConfig(AppConfig):
    """Listens to what no middleware sees: rows changed by others, and calls to the provider. Checks the settings."""

    name = "session_inspector"

    def ready(self):
        from session_inspector.system_checks import check_settings

        checks.register(check_settings, checks.Tags.compatibility)
        if apps.is_installed("django.contrib.sessions"):  # the inspector itself keeps none
            self.watch_session_rows()
        if apps.is_installed("relying_party"):
            from session_inspector.recorder.relying_party_signals import connect

            connect()

    def watch_session_rows(self) -> None:
        from session_inspector.recorder.session_changes import model_of_rows, note_saved, watch_deletions

        post_save.connect(note_saved, sender=model_of_rows())
        watch_deletions()
