from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "shared.journal"
