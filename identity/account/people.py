"""The people that Identity knows from the start."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model

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
