from django.apps import AppConfig


class LaunchConfig(AppConfig):
    """The command ``runserver``; it stands before Django's own apps, so that this one is found."""

    name = "lab.launch"
