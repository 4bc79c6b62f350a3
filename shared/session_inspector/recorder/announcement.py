"""Says who this project is when its server begins to listen: its column is there before anybody has come."""

from session_inspector.configuration import configuration
from session_inspector.journal.participants import announce
from session_inspector.recorder.never_raise import never_raise
from session_inspector.this_participant import this_participant


def announce_this() -> None:
    """A server that records nothing says nothing."""
    if configuration().recording and configuration().name:
        never_raise(announce, this_participant())
