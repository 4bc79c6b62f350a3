"""No cache may keep what an answer says about somebody: every address of each site is asked, under its settings."""

import pytest

from tests.every_address import kept_by_caches

pytestmark = pytest.mark.django_db


def test_no_answer_may_be_used_again_without_asking_or_kept_for_others(new_client, django_user_model):
    user = django_user_model.objects.create(username="oidc:1", first_name="Alice")

    def somebody():
        client = new_client()
        client.force_login(user)
        return client

    assert kept_by_caches(new_client) == []
    assert kept_by_caches(somebody) == []
