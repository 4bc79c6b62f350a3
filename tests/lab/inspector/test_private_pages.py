"""No cache may keep what an answer says about somebody: every address of the inspector is asked."""

from tests.every_address import kept_by_caches


def test_no_answer_may_be_used_again_without_asking_or_kept_for_others(new_client, visitor):
    assert kept_by_caches(new_client) == []
