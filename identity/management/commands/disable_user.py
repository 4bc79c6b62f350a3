"""``python identity/manage.py disable_user alice``: ends all sessions of alice, and the worker notifies the sites."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Disables a user, which ends all their sessions; --undo lets them sign in again."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--undo", action="store_true")

    def handle(self, name, undo, **options):
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}.")
        user.is_active = undo
        user.save(update_fields=["is_active"])
        self.stdout.write(f"{name} may sign in again." if undo else f"{name} is disabled, and all their sessions end.")
