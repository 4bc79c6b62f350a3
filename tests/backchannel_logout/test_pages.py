"""The pages that say which sites were told of the end of a session."""

import pytest

from tests.backchannel_logout.op_sessions import sign_in
from tests.identity.provider.protocol import code_for
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_of_sessions_says_where_each_led_to_and_who_was_told(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(there)
    assert "site A: led there at" in text_of(signed_in.get("/sessions/"))
    page = text_of(signed_in.post("/sessions/end-others/", follow=True))
    assert "Ended recently, and who was told site A: told at" in page


def test_the_page_after_signing_out_speaks_of_that_session_only(signed_in, receiver):
    code_for(signed_in)
    page = signed_in.post("/accounts/logout/", follow=True)
    assert "site A: told at" in text_of(page)
    forged = text_of(signed_in.get("/signed-out/?of=WzFd:1abc:forged"))
    assert "told at" not in forged
    assert "Nobody is signed in at Identity in this browser." in forged


def test_who_has_signed_in_to_no_site_reads_that_nobody_was_told(signed_in, receiver):
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "The row of this session is deleted. It had signed in to no site: nobody was told." in page
    assert receiver.got == []
