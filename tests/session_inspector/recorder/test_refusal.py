"""Why a user whom a row names was not accepted: recorded as it is, and only where that was so."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from session_inspector.journal.schema import Refusal
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]


@pytest.fixture
def alice(client, django_user_model):
    user = django_user_model.objects.create_user("alice", password="alice")
    client.force_login(user, backend="relying_party.backend.Backend")
    return user


def newest():
    return recorded()[-1].exchange


def change(**fields):
    get_user_model().objects.update(**fields)


def with_fallbacks(settings, keys):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, keys


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda settings: change(is_active=False), Refusal.DISABLED),
        (lambda settings: get_user_model().objects.all().delete(), Refusal.GONE),
        (lambda settings: change(password="another"), Refusal.HASH),
        (lambda settings: setattr(settings, "AUTHENTICATION_BACKENDS", ["nobody.Backend"]), Refusal.BACKEND),
        (lambda settings: with_fallbacks(settings, [settings.SECRET_KEY]), None),
    ],
)
def test_it_is_recorded_as_it_is(client, alice, settings, spoil, why):
    client.get("/")
    assert (newest().user.name, newest().not_accepted) == ("alice", None)
    spoil(settings)
    client.get("/")
    assert newest().not_accepted == why
    assert bool(newest().user.id) == (why is None)


def test_a_row_past_its_date_has_nobody_to_accept(client, alice):
    Session.objects.update(expire_date=timezone.now())
    client.get("/")
    assert (newest().user.id, newest().not_accepted) == ("", None)


def test_who_signs_out_was_accepted(client, alice):
    client.post("/oidc/logout/")
    assert (newest().user.id, newest().not_accepted) == ("", None)


def test_a_page_that_does_not_ask_says_nothing_of_it(client, alice):
    change(is_active=False)
    client.get("/stateless/plain/")
    assert (newest().user, newest().not_accepted) == (None, None)


def test_a_row_without_a_user_has_none_to_accept(client):
    client.get("/begin/value/")
    client.get("/")
    assert newest().not_accepted is None
