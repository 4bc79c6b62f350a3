"""What allauth itself does not do: when it does, this package has less to do."""

from pathlib import Path

import allauth.idp.oidc

SOURCE = Path(allauth.idp.oidc.__file__).parent


def test_it_tells_no_client_that_a_session_has_ended():
    code = [file.read_text() for file in SOURCE.rglob("*.py") if "tests" not in file.parts]
    assert len(code) > 20
    assert not [text for text in code if "logout_token" in text or "backchannel" in text.lower()]
