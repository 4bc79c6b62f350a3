"""What the failure pages ask."""

from django import template

register = template.Library()


@register.inclusion_tag("relying_party/term.html")
def term(name: str, words: str = "") -> dict[str, str]:
    """A term of the specifications, or other words for it. A project that explains terms has a template of its own."""
    return {"name": name, "words": words or name}
