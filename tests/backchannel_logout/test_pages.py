"""The pages that say which sites were told of the end of a session."""

import re

import pytest

from backchannel_logout.models import RelyingPartySession
from tests.backchannel_logout.op_sessions import sign_in
from tests.identity.provider.protocol import code_for
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_of_sessions_says_where_each_led_to_and_who_was_told(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(there)
    assert "site A: signed in at" in text_of(signed_in.get("/sessions/"))
    page = text_of(signed_in.post("/sessions/end-others/", follow=True))
    assert re.search(r"Ended recently, and who was told .* site A: told at", page)


def test_each_ended_session_says_in_which_browser_it_was(signed_in, new_client, alice, receiver):
    for browser in ("Firefox/153", "Chromium/156"):
        there = sign_in(new_client(), alice)
        there.defaults["HTTP_USER_AGENT"] = browser
        code_for(there)
        signed_in.post("/sessions/end-others/")
    page = text_of(signed_in.get("/sessions/"))
    newest, earlier = page.partition("Who was told ")[2].split("Firefox/153")
    assert newest.startswith("Chromium/156")
    for said in (newest, earlier):
        assert said.count("site A: told at") == 1


def test_of_a_session_from_before_browsers_were_kept_it_says_so(signed_in, new_client, alice, receiver):
    code_for(sign_in(new_client(), alice))
    signed_in.post("/sessions/end-others/")
    RelyingPartySession.objects.update(user_agent="")
    assert "A browser whose name was not kept" in text_of(signed_in.get("/sessions/"))


def test_the_page_after_signing_out_speaks_of_that_session_only(signed_in, receiver):
    code_for(signed_in)
    page = signed_in.post("/accounts/logout/", follow=True)
    assert "site A: told at" in text_of(page)
    forged = text_of(signed_in.get("/signed-out/?of=WzFd:1abc:forged"))
    assert "told at" not in forged
    assert "You are not signed in at Identity in this browser." in forged


def test_who_has_signed_in_to_no_site_reads_that_nobody_was_told(signed_in, receiver):
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "The row of this session is deleted. It had signed you in to no site, so no site was told." in page
    assert receiver.got == []
