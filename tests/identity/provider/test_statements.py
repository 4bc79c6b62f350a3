"""What Identity asks its database in a sign-in: so many statements, each of which finds its rows by an index."""

import re

import pytest
from allauth.idp.oidc.models import Token
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.identity.provider.protocol import code_for, redeem, userinfo

AUTHORIZE = [
    "SELECT django_session",  # the recorder, before the request
    "SELECT allauth_idp_oidc_client",
    "SELECT django_session",
    "SELECT auth_user",
    "SAVEPOINT",  # outside of a test, BEGIN
    "SELECT backchannel_logout_relyingpartysession",  # with its OP session
    "INSERT allauth_idp_oidc_token",
    "INSERT backchannel_logout_tokenbinding",
    "RELEASE SAVEPOINT",
]
TOKEN = [
    "SAVEPOINT",
    "SELECT allauth_idp_oidc_client",
    "SELECT backchannel_logout_tokenbinding",  # with code, person, RP session and OP session
    "UPDATE allauth_idp_oidc_token",  # the code is used up
    "SELECT identity_subject",
    "INSERT allauth_idp_oidc_token",
    "INSERT backchannel_logout_tokenbinding",
    "RELEASE SAVEPOINT",
]
USERINFO = [
    "SELECT allauth_idp_oidc_token",  # with person and client
    "SELECT identity_subject",  # with the e-mail address
]


@pytest.fixture
def known(signed_in):
    """Somebody who has signed in to the site before."""
    userinfo(signed_in, redeem(signed_in, code_for(signed_in)).json()["access_token"])
    return signed_in


@pytest.fixture
def program(known, new_client):
    """The site itself, which has no cookie."""
    return new_client()


def asked_by(call):
    with CaptureQueriesContext(connection) as asked:
        answer = call()
    return answer, [one["sql"] for one in asked]


def in_short(sql):
    """The verb, and the table that it is about."""
    while "(" in sql:  # without the queries within it
        sql = re.sub(r"\([^()]*\)", "", sql)
    words = sql.replace('"', "").split()
    before_table = {"SELECT": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}.get(words[0])
    return f"{words[0]} {words[words.index(before_table) + 1]}" if before_table else " ".join(words[:-1])


def assert_found_by_index(sql):
    """SQLite would say SCAN where it looks at every row."""
    if "SAVEPOINT" in sql or sql.startswith("INSERT"):
        return
    with connection.cursor() as cursor:
        plan = [row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN")], (sql, plan)


def test_each_of_the_three_requests_asks_what_is_needed_and_no_more(known, program):
    code, authorize = asked_by(lambda: code_for(known))
    tokens, token = asked_by(lambda: redeem(program, code).json())
    claims, info = asked_by(lambda: userinfo(program, tokens["access_token"]).json())
    assert claims["email"]
    assert list(map(in_short, authorize)) == AUTHORIZE
    assert list(map(in_short, token)) == TOKEN
    assert list(map(in_short, info)) == USERINFO
    for sql in (*authorize, *token, *info):
        assert_found_by_index(sql)


def test_a_code_that_comes_again_and_a_sign_out_find_their_tokens_by_an_index(known, program):
    code = code_for(known)
    assert redeem(program, code).status_code == 200
    again, of_again = asked_by(lambda: redeem(program, code))
    assert again.status_code == 400
    _, of_sign_out = asked_by(lambda: known.post("/accounts/logout/"))
    assert not Token.objects.exists()
    assert any("DELETE" in sql for sql in of_again)
    for sql in (*of_again, *of_sign_out):
        assert_found_by_index(sql)
