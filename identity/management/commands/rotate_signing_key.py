"""``python identity/manage.py rotate_signing_key``: a new key for ID Tokens, published now, without a restart."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from identity.provider.signing_keys import key_id, rotate


class Command(BaseCommand):
    help = (
        "Publishes a new key, which signs ID Tokens as soon as no cache can have the keys from before. The old key"
        " stays published while its tokens are valid."
    )

    def add_arguments(self, parser):
        parser.add_argument("--now", action="store_true", help="Sign with the new key from now on.")

    def handle(self, now, **options):
        *old, new = rotate(is_urgent=now)
        public = [key for key in old if key.expires_at > timezone.now()]
        until = [f"{key_id(key)} until {key.expires_at:%H:%M:%S} UTC" for key in public]
        start = "now on" if now else f"{new.not_before:%H:%M:%S} UTC on"
        self.stdout.write(f"{key_id(new)} signs from {start}. Still published: {', '.join(until)}.")
