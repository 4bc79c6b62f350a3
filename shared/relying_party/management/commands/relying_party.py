"""``manage.py relying_party ISSUER``: the settings for a provider, and what of it does not fit."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relying_party.metadata import WELL_KNOWN, NoMetadata, metadata_of, misfits, notes, settings_for


class Command(BaseCommand):
    help = "Reads a provider’s metadata, prints the settings for it, and says what does not fit."
    requires_system_checks = ()  # they report the very settings that this prints

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("issuer", metavar="ISSUER", help=f"the address before {WELL_KNOWN}")

    def handle(self, *args: object, issuer: str, **options: object) -> None:
        try:
            metadata = metadata_of(issuer)
        except NoMetadata as reason:
            raise CommandError(str(reason)) from reason
        for name, value in settings_for(metadata).items():
            self.stdout.write(f"{name} = {value!r}")
        for note in notes(metadata):
            self.stdout.write(f"# {note}")
        if found := misfits(metadata):
            raise CommandError("What does not fit:\n" + "\n".join(f"- {text}" for text in found))
