from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_save


class RecorderConfig(AppConfig):
    """Listens to what no middleware sees: rows changed by others, and calls to identity."""

    name = "shared.recorder"

    def ready(self):
        from django.contrib.sessions.models import Session

        from shared.recorder.changes import note_deleted, note_saved

        post_save.connect(note_saved, sender=Session)
        post_delete.connect(note_deleted, sender=Session)
        if apps.is_installed("shared.relying_party"):
            from shared.recorder.calls import note_call, note_failed, note_id_token, note_logout_token
            from shared.relying_party.back_channel import called
            from shared.relying_party.failures import failed
            from shared.relying_party.id_token import checked as id_token_checked
            from shared.relying_party.logout import checked as logout_token_checked

            called.connect(note_call)
            id_token_checked.connect(note_id_token)
            logout_token_checked.connect(note_logout_token)
            failed.connect(note_failed)
