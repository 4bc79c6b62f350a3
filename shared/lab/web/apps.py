from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame around every page; it stands before the packages, whose plain frames it replaces."""

    name = "lab.web"
