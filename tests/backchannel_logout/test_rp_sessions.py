"""The end of an OP session, whatever brings it about: which clients are notified, and what ends with it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command

from backchannel_logout.models import RelyingPartySession, TokenBinding
from lab.servers import IDENTITY
from tests.backchannel_logout.op_sessions import claims_of, deliver_now, let_it_expire, sign_in
from tests.identity.provider.protocol import claims_in, code_for, redeem, userinfo

pytestmark = pytest.mark.django_db(transaction=True)


def sign_out(client, alice):
    client.post("/accounts/logout/")


def end_it_from_another_browser(client, alice):
    other = type(client)(headers={"host": IDENTITY.netloc, "accept": "text/html"})
    sign_in(other, alice)
    own = UserSession.objects.get(session_key=client.session.session_key)
    other.post("/sessions/end/", {"session": own.pk})


def end_all_others(client, alice):
    other = type(client)(headers={"host": IDENTITY.netloc, "accept": "text/html"})
    sign_in(other, alice)
    other.post("/sessions/end-others/")


def delete_the_row(client, alice):
    Session.objects.filter(session_key=client.session.session_key).delete()


def change_the_password(client, alice):
    alice.set_password("another")
    alice.save()


def disable_the_user(client, alice):
    call_command("disable_user", "alice", verbosity=0)


def delete_the_user(client, alice):
    alice.delete()


def become_another_person(client, alice):
    client.force_login(type(alice).objects.get(username="bob"))


ENDS = [
    sign_out, end_it_from_another_browser, end_all_others, delete_the_row, let_it_expire, change_the_password,
    disable_the_user, delete_the_user, become_another_person,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whatever_ends_a_session_its_client_is_told_and_what_it_gave_is_over(signed_in, alice, receiver, end):
    tokens = redeem(signed_in, code_for(signed_in)).json()
    unused = code_for(signed_in)
    assert userinfo(signed_in, tokens["access_token"]).status_code == 200
    end(signed_in, alice)
    deliver_now()
    assert [claims_of(token)["sid"] for token in receiver.got] == [claims_in(tokens["id_token"])["sid"]]
    assert userinfo(signed_in, tokens["access_token"]).status_code == 401
    assert redeem(signed_in, unused).json()["error"] == "invalid_grant"
    deliver_now()
    assert len(receiver.got) == 1


def test_a_token_whose_session_is_forgotten_ends_with_it(signed_in, alice, receiver):
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    RelyingPartySession.objects.all().delete()
    assert userinfo(signed_in, access_token).status_code == 401


def test_a_token_that_came_of_no_code_goes_on(signed_in, alice, receiver):
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    TokenBinding.objects.all().delete()  # as a token is that no code led to
    signed_in.post("/accounts/logout/")
    deliver_now()
    assert userinfo(signed_in, access_token).status_code == 200


def test_other_sessions_go_on_and_so_do_their_tokens(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(signed_in)
    access_token = redeem(there, code_for(there)).json()["access_token"]
    signed_in.post("/accounts/logout/")
    assert len(receiver.got) == 1
    assert userinfo(there, access_token).status_code == 200
    assert RelyingPartySession.objects.get(ended_at=None).session_key == there.session.session_key
    assert "Identity knows you as alice" in there.get("/").content.decode()
