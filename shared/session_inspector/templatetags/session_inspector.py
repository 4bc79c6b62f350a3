"""What the templates of panel and inspector have in common."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

MAX_UNBROKEN = 24  # characters of a name that stays on one line


@register.simple_tag
def code_name(name: str) -> SafeString:
    """A name as code. A long one may be broken after its underscores."""
    if len(name) <= MAX_UNBROKEN:
        return format_html("<code>{}</code>", name)
    *parts, last = name.split("_")
    return format_html('<code class="long">{}{}</code>', format_html_join("", "{}_<wbr>", ((p,) for p in parts)), last)
