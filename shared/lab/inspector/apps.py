from django.apps import AppConfig


class LabInspectorConfig(AppConfig):
    """The pages that only the lab's inspector has, and their templates."""

    name = "lab.inspector"
    label = "lab_inspector"
