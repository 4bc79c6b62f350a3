"""The end of an OP session: which clients are told, when, with what, and what ends with it."""

import contextlib
import threading
import time
from datetime import timedelta
from urllib.parse import urlsplit

import jwt
import pytest
from allauth.account.signals import user_logged_in
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from backchannel_logout import logout_token as logout
from backchannel_logout.logout_token import EVENT, due, notice_ends, sid_of, tell, tell_all
from backchannel_logout.models import RelyingPartySession
from backchannel_logout.session_engine import SessionStore
from backchannel_logout.signals import TellingMiddleware
from identity.account.people import PEOPLE, seed_clients
from identity.provider.signing_keys import rotate
from lab.servers import IDENTITY, SITE_B
from tests.backchannel_logout.receiver import Receiver
from tests.identity.provider.protocol import authorize, claims_in, code_for, redeem, userinfo
from tests.page import text_of

pytestmark = pytest.mark.django_db(databases=["default", "journal"], transaction=True)


@pytest.fixture(autouse=True)
def seeded_anew(transactional_db):
    """Each of these tests commits, and so leaves nothing of what was seeded. Who needs a password, gets one."""
    seed_clients()
    for name in PEOPLE:
        get_user_model().objects.get_or_create(username=name)


@pytest.fixture
def receiver():
    """What site A registers to be told at."""
    receiver = Receiver()
    client = Client.objects.get(pk="site-a")
    client.data["client_metadata"]["backchannel_logout_uri"] = f"{receiver.origin}/logout"
    client.save()
    yield receiver
    receiver.close()


@pytest.fixture
def alice(django_user_model):
    return django_user_model.objects.get(username="alice")


def sign_in(client, user):
    """As the form does, without its slow hash."""
    client.force_login(user)
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=client.session.session_key)
    return client


@pytest.fixture
def signed_in(client, alice):
    return sign_in(client, alice)


def public_key():
    return jwkkit.load_jwk_from_pem(get_adapter().get_signing_key().pem)[1].public_key()


def claims_of(token):
    """Verified: as a client would."""
    return jwt.decode(token, public_key(), ["RS256"], audience="site-a", issuer=IDENTITY.origin)


def let_it_be_due():
    RelyingPartySession.objects.filter(next_try__isnull=False).update(next_try=timezone.now())


def tell_now():
    notice_ends()
    for one in due():
        tell(one)


# The name of a session.


def test_the_id_token_names_the_session_and_a_second_sign_in_in_it_has_the_same_name(signed_in):
    first, second = (claims_in(redeem(signed_in, code_for(signed_in)).json()["id_token"]) for _ in range(2))
    assert first["sid"] == second["sid"] == RelyingPartySession.objects.get().sid


def test_the_same_person_in_another_browser_and_at_another_client_has_another_name(signed_in, new_client, alice):
    code_for(signed_in)
    there = sign_in(new_client(), alice)
    code_for(there)
    code_for(signed_in, client_id="site-b", redirect_uri=f"{SITE_B.origin}/oidc/callback/")
    assert len(set(RelyingPartySession.objects.values_list("sid", flat=True))) == 3


def test_the_id_token_says_how_the_person_proved_who_they_are(client, alice):
    alice.set_password("alice")
    alice.save()
    client.post("/accounts/login/", {"login": "alice", "password": "alice"})
    claims = claims_in(redeem(client, code_for(client)).json()["id_token"])
    assert claims["amr"] == ["pwd"]
    assert claims["auth_time"] == pytest.approx(time.time(), abs=60)


# Whatever ends a session.


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


def let_it_expire(client, alice):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


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
    tell_now()
    assert [claims_of(token)["sid"] for token in receiver.got] == [claims_in(tokens["id_token"])["sid"]]
    assert userinfo(signed_in, tokens["access_token"]).status_code == 401
    assert redeem(signed_in, unused).json()["error"] == "invalid_grant"
    tell_now()
    assert len(receiver.got) == 1


def test_a_new_key_is_no_end(signed_in, receiver):
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    session = signed_in.session
    session.cycle_key()
    session.save()
    tell_now()
    assert receiver.got == []
    assert userinfo(signed_in, access_token).status_code == 200
    Session.objects.all().delete()
    tell_now()
    assert len(receiver.got) == 1


def test_other_sessions_go_on_and_so_do_their_tokens(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(signed_in)
    access_token = redeem(there, code_for(there)).json()["access_token"]
    signed_in.post("/accounts/logout/")
    assert len(receiver.got) == 1
    assert userinfo(there, access_token).status_code == 200
    assert RelyingPartySession.objects.get(ended=None).session_key == there.session.session_key


def wait_for(receiver, number):
    """Until it got so many logout tokens."""
    deadline = time.monotonic() + 60
    while len(receiver.got) < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def request_of(client, user, rf):
    request = rf.post("/", headers={"cookie": f"identity_session={client.session.session_key}"})
    request.session, request.user = client.session, user
    return request


def save_and_renew(request):
    request.user.save()
    update_session_auth_hash(request, request.user)


def renew_and_save(request):
    update_session_auth_hash(request, request.user)
    request.user.save()


@pytest.mark.parametrize("change", [save_and_renew, renew_and_save])
def test_whoever_changes_their_own_password_keeps_this_session_and_loses_the_others(
    signed_in, new_client, alice, receiver, rf, change
):
    there = sign_in(new_client(), alice)
    for client in (signed_in, there):
        code_for(client)
    gone = RelyingPartySession.objects.get(session_key=there.session.session_key)
    request = request_of(signed_in, alice, rf)
    alice.set_password("another")
    TellingMiddleware(change)(request)
    request.session.save()
    assert [claims_of(token)["sid"] for token in receiver.got] == [gone.sid]
    assert RelyingPartySession.objects.get(ended=None).session_key == request.session.session_key


def test_a_password_that_is_changed_by_a_link_in_a_mail_ends_this_session_too(signed_in, alice, receiver, rf):
    code_for(signed_in)
    alice.set_password("another")
    request = request_of(signed_in, alice, rf)
    TellingMiddleware(lambda request: request.user.save())(request)
    assert len(receiver.got) == 1
    assert request.session.is_empty()


def change_nothing_after_all(request):
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        request.user.set_password("another")
        request.user.save()
        raise ZeroDivisionError


def think_of_a_password(request):
    request.user.save()
    request.user.set_password("a draft")


@pytest.mark.parametrize("change", [change_nothing_after_all, think_of_a_password])
def test_what_was_not_kept_of_a_user_ends_nothing(signed_in, alice, receiver, rf, change):
    code_for(signed_in)
    request = request_of(signed_in, alice, rf)
    TellingMiddleware(change)(request)
    tell_now()
    assert receiver.got == []
    assert "Here you are alice" in text_of(signed_in.get("/"))


def test_an_old_copy_of_a_user_who_has_another_password_by_now_ends_nothing(client, alice):
    old = type(alice).objects.get(pk=alice.pk)
    alice.set_password("another")
    alice.save()
    sign_in(client, alice)
    old.save(update_fields=["is_active"])
    assert "Here you are alice" in text_of(client.get("/"))


def test_a_session_that_cannot_be_ended_now_is_refused_later(signed_in, alice, rf, monkeypatch):
    def locked(self):
        raise OperationalError("database is locked")

    request = request_of(signed_in, alice, rf)
    alice.set_password("another")
    monkeypatch.setattr(SessionStore, "flush", locked)
    TellingMiddleware(lambda request: request.user.save())(request)
    monkeypatch.undo()
    assert "Here you are nobody" in text_of(signed_in.get("/"))


def test_a_user_who_is_saved_while_signing_in_is_signed_in(client, alice):
    alice.set_password("alice")
    alice.save()

    def save(sender, user, **kwargs):
        user.save()

    user_logged_in.connect(save)
    try:
        client.post("/accounts/login/", {"login": "alice", "password": "alice"})
    finally:
        user_logged_in.disconnect(save)
    assert "Here you are alice" in text_of(client.get("/"))


def test_a_session_from_before_a_new_secret_key_goes_on_when_its_user_is_saved(signed_in, alice, settings):
    code_for(signed_in)
    key, settings.SECRET_KEY_FALLBACKS = signed_in.session.session_key, [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, " * 5
    alice.save()
    notice_ends()
    assert RelyingPartySession.objects.get(ended=None).session_key == key
    assert Session.objects.get().session_key == key


def test_a_new_key_for_a_session_that_is_gone_makes_another_which_nothing_follows(signed_in):
    code_for(signed_in)
    gone = SessionStore(signed_in.session.session_key)
    let_it_expire(signed_in, None)
    gone.cycle_key()
    assert gone.session_key != signed_in.session.session_key
    assert RelyingPartySession.objects.get().session_key == signed_in.session.session_key


def test_who_signs_out_while_the_table_is_locked_is_signed_out_and_told_of_later(signed_in, receiver, monkeypatch):
    def locked(**which):
        raise OperationalError("database is locked")

    code_for(signed_in)
    with monkeypatch.context() as patch:
        patch.setattr("backchannel_logout.signals.notice_ends", locked)
        assert "You are signed out" in text_of(signed_in.post("/accounts/logout/", follow=True))
    tell_now()
    assert len(receiver.got) == 1


def test_fifty_sessions_end_with_one_click_and_the_person_waits_once(signed_in, new_client, alice, receiver):
    for _ in range(50):
        there = sign_in(new_client(), alice)
        code_for(there)
    code_for(signed_in)
    receiver.hold.clear()
    began = time.monotonic()
    signed_in.post("/sessions/end-others/")
    assert time.monotonic() - began < 2 * logout.PATIENCE + 5  # not fifty times
    receiver.hold.set()
    deadline = time.monotonic() + 60
    while RelyingPartySession.objects.filter(told=None).count() > 1 and time.monotonic() < deadline:
        let_it_be_due()
        tell_all(due(), 5)
    assert RelyingPartySession.objects.get(told=None).session_key == signed_in.session.session_key
    assert len({claims_of(token)["sid"] for token in receiver.got}) == 50


# The logout token.


def test_the_logout_token_has_what_the_specification_asks_for_and_no_nonce(signed_in, alice, receiver):
    code_for(signed_in)
    signed_in.post("/accounts/logout/")
    (token,) = receiver.got
    header, claims = jwt.get_unverified_header(token), claims_of(token)
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert claims["events"] == {EVENT: {}}
    assert claims["sub"] == str(alice.pk)
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert receiver.hosts == [receiver.origin.removeprefix("http://")]


def test_each_try_has_a_token_of_its_own_signed_with_the_key_of_now(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    rotate()
    receiver.status = 204
    let_it_be_due()
    tell_now()
    first, second = receiver.got
    assert claims_of(second)["jti"] != jwt.decode(first, options={"verify_signature": False})["jti"]


# When it does not work at once.


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, "answered 500"), (400, "answered 400"), (302, "answered 302"), (404, "answered 404")]
)
def test_an_answer_that_is_no_success_is_kept_and_tried_again_after_growing_pauses(
    signed_in, receiver, status, outcome
):
    code_for(signed_in)
    receiver.status = status
    signed_in.post("/accounts/logout/")
    pauses = []
    for _ in range(4):
        one = RelyingPartySession.objects.get()
        pauses.append(round((one.next_try - timezone.now()).total_seconds()))
        assert (one.told, one.outcome) == (None, outcome)
        let_it_be_due()
        tell_now()
    assert pauses == [1, 2, 4, 8]
    receiver.status = 200
    let_it_be_due()
    tell_now()
    one = RelyingPartySession.objects.get()
    assert one.told
    assert (one.outcome, one.next_try, one.tries) == ("", None, 6)


def test_a_client_that_takes_one_token_is_told_the_rest_at_once(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    for client in (signed_in, there):
        code_for(client)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.filter(told=None, tries=1).update(next_try=timezone.now() + timedelta(hours=1))
    receiver.status = 200
    there.post("/accounts/logout/")
    tell_now()
    assert not RelyingPartySession.objects.filter(told=None).exists()


def test_of_a_try_that_is_under_way_nothing_has_come_yet_so_it_is_not_made_twice(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    assert RelyingPartySession.objects.get().outcome == "answered 500"
    receiver.hold.clear()
    let_it_be_due()
    slow = threading.Thread(target=logout.in_a_thread, args=(tell, due().get()))
    slow.start()
    wait_for(receiver, 2)
    assert RelyingPartySession.objects.get().outcome == ""
    assert not logout.waiting("site-a").exists()
    receiver.hold.set()
    slow.join()
    assert logout.waiting("site-a").exists()


@pytest.mark.parametrize(
    ("uri", "to"),
    [
        ("http://a.localhost/x", "127.0.0.1:80"), ("http://a.localhost:81/x", "127.0.0.1:81"),
        ("https://a.localhost/x", "a.localhost"), ("http://a.example/x", "a.example"),
    ],
)  # fmt: skip
def test_only_what_browsers_take_for_this_machine_is_connected_to_here(uri, to):
    assert logout.connected(urlsplit(uri)) == to


@pytest.mark.parametrize("address", [None, "", "site", "http://", "/x", 5])
def test_an_address_that_cannot_be_used_is_said_to_be_so(signed_in, receiver, address):
    code_for(signed_in)
    client = Client.objects.get(pk="site-a")
    client.data["client_metadata"]["backchannel_logout_uri"] = address
    client.save()
    signed_in.post("/accounts/logout/")
    one = RelyingPartySession.objects.get()
    assert (one.told, one.outcome) == (None, "no usable address")


def test_a_client_that_takes_its_address_away_is_given_up_too(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    client = Client.objects.get(pk="site-a")
    del client.data["client_metadata"]["backchannel_logout_uri"]
    client.save()
    RelyingPartySession.objects.update(ended=timezone.now() - logout.GIVE_UP_AFTER)
    tell_now()
    one = RelyingPartySession.objects.get()
    assert (one.outcome, one.next_try) == ("no usable address", None)


def test_what_is_given_while_the_session_ends_is_not_given(signed_in, receiver):
    code = code_for(signed_in)
    RelyingPartySession.objects.update(ended=timezone.now())  # noticed, before the code had been written
    assert redeem(signed_in, code).json()["error"] == "invalid_grant"


def test_who_signs_out_while_a_site_asks_gives_it_no_code(signed_in, receiver, monkeypatch):
    def signed_out_first(session_key, *about):
        Session.objects.all().delete()
        return sid_of(session_key, *about)

    monkeypatch.setattr("backchannel_logout.session_binding.sid_of", signed_out_first)
    assert authorize(signed_in).status_code == 400
    assert not RelyingPartySession.objects.exists()
    assert not Token.objects.exists()


def test_a_late_answer_takes_nothing_back(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    receiver.hold.clear()
    receiver.status = 500
    late = threading.Thread(target=logout.in_a_thread, args=(tell, due().get()))
    late.start()
    wait_for(receiver, 1)
    told = timezone.now()
    RelyingPartySession.objects.update(told=told, outcome="", next_try=None)  # by another try
    receiver.hold.set()
    late.join()
    one = RelyingPartySession.objects.get()
    assert (one.told, one.outcome, one.next_try) == (told, "", None)


def test_a_client_that_is_down_is_not_reachable_and_the_page_says_so(signed_in, receiver):
    code_for(signed_in)
    receiver.close()
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "site A: not told yet: unreachable. Next try at" in page
    assert "A site that could not be told may still know you." in page


def test_a_slow_client_keeps_the_person_waiting_for_two_seconds_and_is_told_all_the_same(signed_in, receiver):
    code_for(signed_in)
    receiver.hold.clear()
    began = time.monotonic()
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert logout.PATIENCE <= time.monotonic() - began < logout.TIMEOUT
    assert "site A: being told" in page
    receiver.hold.set()
    deadline = time.monotonic() + 20
    while RelyingPartySession.objects.get().told is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert RelyingPartySession.objects.get().told
    assert len(receiver.got) == 1


def test_whoever_died_in_the_middle_of_a_try_is_followed_by_another(signed_in, receiver):
    code_for(signed_in)
    Session.objects.all().delete()
    notice_ends()
    one = due().get()
    due().update(next_try=timezone.now() + logout.LEASE, tries=F("tries") + 1)  # and then nothing more
    tell(one)
    assert receiver.got == []
    RelyingPartySession.objects.update(next_try=F("next_try") - logout.LEASE)
    tell_now()
    assert len(receiver.got) == 1


def test_it_is_given_up_after_as_long_as_a_session_lasts(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.update(ended=timezone.now() - logout.GIVE_UP_AFTER, tries=30)
    let_it_be_due()
    tell_now()
    assert RelyingPartySession.objects.get().next_try is None
    assert list(due()) == []


def test_a_client_that_has_not_registered_an_address_is_not_asked(signed_in):
    Client.objects.filter(pk="site-a").update(data=None)
    access_token = redeem(signed_in, code_for(signed_in)).json()["access_token"]
    page = text_of(signed_in.post("/accounts/logout/", follow=True))
    assert "site A: not told: it has not registered where to" in page
    assert userinfo(signed_in, access_token).status_code == 401
    assert not Token.objects.filter(type=Token.Type.ACCESS_TOKEN).exists()


def test_what_ended_long_ago_is_forgotten(signed_in, receiver):
    code_for(signed_in)
    signed_in.post("/accounts/logout/")
    logout.forget_old()
    assert RelyingPartySession.objects.exists()
    RelyingPartySession.objects.update(ended=F("ended") - logout.KEPT_FOR)
    logout.forget_old()
    assert not RelyingPartySession.objects.exists()


def test_what_is_still_to_be_told_is_not_forgotten(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    RelyingPartySession.objects.update(ended=F("ended") - logout.KEPT_FOR)
    logout.forget_old()
    assert RelyingPartySession.objects.exists()


# Pages.


def test_the_list_of_sessions_says_where_each_led_to_and_who_was_told(signed_in, new_client, alice, receiver):
    there = sign_in(new_client(), alice)
    code_for(there)
    assert "site A: led there at" in text_of(signed_in.get("/sessions/"))
    page = text_of(signed_in.post("/sessions/end-others/", follow=True))
    assert "Ended lately, and who was told site A: told at" in page


def test_the_page_after_signing_out_speaks_of_that_session_only(signed_in, receiver):
    code_for(signed_in)
    page = signed_in.post("/accounts/logout/", follow=True)
    assert "site A: told at" in text_of(page)
    forged = text_of(signed_in.get("/signed-out/?of=WzFd:1abc:forged"))
    assert "told at" not in forged
    assert "Nobody is signed in at identity in this browser." in forged
