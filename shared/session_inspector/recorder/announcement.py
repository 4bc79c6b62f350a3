"""Says who this project is when its server begins to listen: its column is there before anybody has come."""

import time

from session_inspector.configuration import configuration
from session_inspector.journal.engine import NotYet
from session_inspector.journal.participants import announce
from session_inspector.recorder.never_raise import never_raise
from session_inspector.this_participant import this_participant

WAIT = 5.0  # seconds: a start may wait for a database as a page may not
PAUSE = 0.1


def announce_this() -> None:
    """A server that records nothing says nothing."""
    if configuration().is_recording and configuration().name:
        never_raise(announce_within, WAIT)


def announce_within(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            announce(this_participant())
            return
        except NotYet:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
