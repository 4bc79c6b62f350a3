"""What a session gave ends with it at the same moment, whoever ended it, and whether anybody has noticed or not."""

from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from backchannel_logout.models import RelyingPartySession
from tests.identity.provider.protocol import code_for, redeem, refresh, userinfo


def its_row_is_deleted():
    Session.objects.all()._raw_delete(Session.objects.db)  # no signal, as by another process


def it_expires():
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def its_end_is_noticed():
    RelyingPartySession.objects.update(ended_at=timezone.now())


def another_process_changes_the_password():
    get_user_model().objects.update(password="!")  # no signal, either


def another_process_disables_the_user():
    get_user_model().objects.update(is_active=False)


def its_row_is_written_over():
    Session.objects.update(session_data="")


ENDS = [
    its_row_is_deleted,
    it_expires,
    its_end_is_noticed,
    another_process_changes_the_password,
    another_process_disables_the_user,
    its_row_is_written_over,
]


def redeem_the_code(client):
    code = code_for(client)
    return lambda: redeem(client, code)


def use_the_refresh_token(client):
    token = redeem(client, code_for(client)).json()["refresh_token"]
    return lambda: refresh(client, token)


def ask_with_the_access_token(client):
    token = redeem(client, code_for(client)).json()["access_token"]
    return lambda: userinfo(client, token)


@pytest.mark.parametrize("gave", [redeem_the_code, use_the_refresh_token, ask_with_the_access_token])
@pytest.mark.parametrize("end", [None, *ENDS], ids=lambda end: end and end.__name__)
def test_what_it_gave_is_good_until_it_ends(signed_in, gave, end):
    Client.objects.update(grant_types="authorization_code\nrefresh_token")
    use = gave(signed_in)
    if end is None:
        assert use().status_code == 200
    else:
        end()
        assert use().status_code in (400, 401)
