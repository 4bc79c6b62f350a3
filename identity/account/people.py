"""The people that Identity knows from the start, how it finds who is signed in, and what it tells clients of them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import F, FilteredRelation, Q, QuerySet

from compiled_query import compiled
from identity.models import Subject

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


@compiled
def known_as(user) -> QuerySet[Subject, Subject]:
    """With ``email`` and ``email_verified`` of the primary address, or None."""
    primary = FilteredRelation("user__emailaddress", condition=Q(user__emailaddress__primary=True))
    with_address = Subject.objects.annotate(address=primary)
    with_address = with_address.annotate(email=F("address__email"), email_verified=F("address__verified"))
    return with_address.filter(user=user)


def subject_of(user: Any) -> Any:
    """What ``known_as`` finds. It is made when a client first asks, and read once for each instance of a user."""
    if not User._meta.get_field("subject").is_cached(user):
        found = known_as.one(user=user.pk)
        if found is None:
            Subject.objects.get_or_create(user=user)
            found = known_as.one(user=user.pk)
        user.subject = found
    return user.subject
