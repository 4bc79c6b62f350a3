"""What the recorder takes a request of a client for that does not name a sign-in by ``traceparent``."""

import pytest

from tests.recorded import recorded

TOKEN = "/identity/o/api/token"
CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "headers", "channel"),
    [
        (TOKEN, {"user-agent": "node"}, "back"),
        (TOKEN, {}, "back"),
        (TOKEN, {"user-agent": CHROMIUM}, "front"),  # an app in the browser
        (TOKEN, {"user-agent": "node", "cookie": "identity_session=x"}, "front"),
        ("/accounts/login/", {"user-agent": "node"}, "front"),
    ],
)
def test_at_the_token_endpoint_a_program_without_cookies_is_a_server(client, recording, path, headers, channel):
    client.post(path, {"grant_type": "authorization_code", "code": "x"}, headers=headers)
    assert [entry.exchange.channel for entry in recorded()] == [channel]
