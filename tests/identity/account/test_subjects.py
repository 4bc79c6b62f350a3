"""By which name clients know a person: never by one that somebody else has, in this database or in another."""

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from identity.models import Subject
from identity.provider.clients import seed_clients


def sub_of(user, client="site-a"):
    again = type(user).objects.get(pk=user.pk)
    return get_adapter().get_user_sub(Client.objects.get(pk=client), again)


def test_it_is_random_kept_and_the_same_for_all_clients(alice, django_user_model):
    bob = django_user_model.objects.get(username="bob")
    assert len(sub_of(alice)) == 43
    assert sub_of(alice) == sub_of(alice) == sub_of(alice, "site-b")
    assert sub_of(alice) != sub_of(bob)


def test_who_gets_the_row_number_of_somebody_who_was_deleted_has_another_name(alice, django_user_model):
    before, number = sub_of(alice), alice.pk
    alice.delete()
    assert not Subject.objects.filter(value=before).exists()
    assert sub_of(django_user_model.objects.create(pk=number, username="another")) != before


def test_who_was_there_before_keeps_the_number_and_who_comes_later_gets_none(transactional_db, django_user_model):
    seed_clients()
    MigrationExecutor(connection).migrate([("identity", None)])
    old = django_user_model.objects.create(username="old")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("identity"))
    assert sub_of(old) == str(old.pk)
    assert len(sub_of(django_user_model.objects.create(username="new"))) == 43
