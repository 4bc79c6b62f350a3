"""The one place that knows ``relying_party``: its signals tell of calls to the provider, and of what was checked."""

from relying_party.backchannel_logout import checked as logout_token_checked
from relying_party.failures import failed
from relying_party.id_token import checked as id_token_checked
from relying_party.provider_client import called
from session_inspector.recorder.back_channel import note_call, note_failed, note_id_token, note_logout_token


def connect() -> None:
    called.connect(note_call)
    id_token_checked.connect(note_id_token)
    logout_token_checked.connect(note_logout_token)
    failed.connect(note_failed)
