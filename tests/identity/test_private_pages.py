"""No cache may keep what an answer says about somebody: every address of Identity is asked."""

from tests.every_address import kept_by_caches

PUBLIC = ["GET /.well-known/jwks.json"]  # the same for everybody, and kept on purpose


def test_no_answer_may_be_used_again_without_asking_or_kept_for_others(new_client, alice):
    def somebody():
        client = new_client()
        client.force_login(alice)
        return client

    assert kept_by_caches(new_client) == PUBLIC
    assert kept_by_caches(somebody) == PUBLIC
