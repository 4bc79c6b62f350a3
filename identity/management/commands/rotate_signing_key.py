"""``python identity/manage.py rotate_signing_key``: a new key signs ID Tokens from now on, without a restart."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from identity.provider.signing_keys import key_id, rotate


class Command(BaseCommand):
    help = "Signs ID Tokens with a new key from now on; the old key stays published while its tokens are valid."

    def handle(self, *args, **options):
        *old, new = rotate()
        public = [key for key in old if key.expires_at > timezone.now()]
        until = [f"{key_id(key)} until {key.expires_at:%H:%M:%S} UTC" for key in public]
        self.stdout.write(f"{key_id(new)} signs from now on. Still published: {', '.join(until)}.")
