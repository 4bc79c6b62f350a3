"""What the templates of the lab's own pages ask."""

from django import template

from lab.inspector.first_steps.steps import Progress, progress_of
from lab.inspector.leaving.ways import Way
from lab.state import in_terminal
from session_inspector.inspector.observed.server_state import Column

register = template.Library()


@register.simple_tag
def first_steps(columns: list[Column]) -> Progress:
    return progress_of(columns)


@register.simple_tag
def command(way: Way, person: str) -> str:
    """As one has to type it."""
    return in_terminal(way.command.replace("{person}", person))
