from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.idp.oidc.models import Client, Token
from django.db import connection

from tests.identity.provider.protocol import code_for, redeem, refresh, userinfo

AT_ONCE = 8


def at_once(ask, new_client):
    """What ``ask`` returns for each of these clients, who begin at the same moment."""
    begin = Barrier(AT_ONCE)

    def begin_and_ask(client):
        begin.wait()
        try:
            return ask(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begin_and_ask, [new_client() for _ in range(AT_ONCE)]))


@pytest.fixture
def may_refresh(signed_in):
    Client.objects.update(grant_types="authorization_code\nrefresh_token")
    return signed_in


@pytest.mark.parametrize("attempt", range(3))
def test_of_many_refreshes_one_wins_and_what_it_got_is_good(may_refresh, new_client, attempt):
    first = redeem(may_refresh, code_for(may_refresh)).json()
    answers = at_once(lambda client: refresh(client, first["refresh_token"]), new_client)
    assert sorted(answer.status_code for answer in answers) == [200] + (AT_ONCE - 1) * [400]
    assert {answer.json().get("error") for answer in answers} == {None, "invalid_grant"}
    (second,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert userinfo(may_refresh, second["access_token"]).status_code == 200
    third = refresh(may_refresh, second["refresh_token"]).json()
    assert userinfo(may_refresh, third["access_token"]).status_code == 200


def test_later_the_same_refresh_token_ends_what_the_winner_got(may_refresh, new_client):
    first = redeem(may_refresh, code_for(may_refresh)).json()
    at_once(lambda client: refresh(client, first["refresh_token"]), new_client)
    assert refresh(may_refresh, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert not Token.objects.exclude(type=Token.Type.AUTHORIZATION_CODE).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_of_many_who_redeem_a_code_one_gets_tokens_and_the_others_revoke_them(signed_in, new_client, attempt):
    code = code_for(signed_in)
    answers = at_once(lambda client: redeem(client, code), new_client)
    assert sorted(answer.status_code for answer in answers) == [200] + (AT_ONCE - 1) * [400]
    (tokens,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert userinfo(signed_in, tokens["access_token"]).status_code == 401
