from django.apps import AppConfig


class SharedConfig(AppConfig):
    """The frame around every page, and the commands that every server has."""

    name = "shared"
