"""Identity forgets a browser: by ending its session there, of which the sites are told."""

import pytest

from tests.page import text_of

pytestmark = pytest.mark.django_db


def test_the_page_says_that_the_sites_are_told(client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "k" * 32
    assert "signed out here; the sites that this session led to are told." in text_of(client.get("/session/forget/"))
