"""What the failure pages ask."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def term(name: str, words: str = "") -> SafeString:
    """A term of the specifications, or other words for it. A project that explains terms has a template of its own."""
    shown = render_to_string("relying_party/term.html", {"name": name, "words": words or name})
    return mark_safe(shown.strip())  # the line break at the end of the file would stand before a full stop
