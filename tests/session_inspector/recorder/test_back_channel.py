from datetime import UTC, datetime

from bounded_http import Request
from session_inspector.recorder.back_channel import entry_of_call


def test_a_call_is_kept_with_the_address_that_was_called():
    asked = Request("GET", "https://somebody:secret@op.example:8443/keys")
    called = entry_of_call(asked, 200, {}, "", datetime.now(UTC), 0.1).call
    assert (called.scheme, called.to, called.path) == ("https", "op.example:8443", "/keys")
