"""No cache may keep what an answer says about somebody: every address of Identity is asked."""

from tests.every_address import kept_by_caches, may_be_kept
from tests.identity.provider.protocol import answer_of, authorize, code_for, redeem, userinfo

PUBLIC = ["GET /.well-known/jwks.json"]  # the same for everybody, and kept on purpose


def test_no_answer_may_be_used_again_without_asking_or_kept_for_others(new_client, alice):
    def somebody():
        client = new_client()
        client.force_login(alice)
        return client

    assert kept_by_caches(new_client) == PUBLIC
    assert kept_by_caches(somebody) == PUBLIC


def test_nor_may_a_code_or_what_it_gives(client, alice):
    client.force_login(alice)
    redirect = authorize(client)
    assert "code" in answer_of(redirect)
    assert not may_be_kept(redirect)
    assert not may_be_kept(authorize(client, redirect_uri="http://evil.example/"))
    tokens = redeem(client, code_for(client))
    assert not may_be_kept(tokens)
    assert not may_be_kept(userinfo(client, tokens.json()["access_token"]))
    assert not may_be_kept(userinfo(client, "x"))
