"""The people that Identity knows from the start, and how it finds who is signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet

from compiled_query import compiled

PEOPLE = ("alice", "bob")


def seed_people() -> None:
    """Create alice and bob, each with their own name as password. An existing user is not changed."""
    for name in PEOPLE:
        user, is_new = get_user_model().objects.get_or_create(
            username=name, defaults={"first_name": name, "email": f"{name}@example.org"}
        )
        if is_new:
            user.set_password(name)
            user.save()
            # Without a primary address the ``email`` claim is missing.
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@compiled
def person(pk) -> QuerySet[User, User]:
    return User.objects.filter(pk=pk)


def get_user(backend: AuthenticationBackend, user_id: Any) -> User | None:
    """As Django does, with a query that is compiled once: each request of somebody who is signed in has one.

    For the class of allauth: a backend of another name would sign out everybody whose session names that one.
    """
    user = person.one(pk=user_id)
    return user if user and backend.user_can_authenticate(user) else None
