"""What the frame of a page needs to know. A tag, not a context processor: Django's own 400 and 500 have no request."""

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from shared import forms
from shared.servers import INSPECTOR, SERVERS, SITES, Server

register = template.Library()


@register.simple_tag
def this_server() -> Server:
    return settings.SERVER


@register.simple_tag
def all_servers() -> tuple[Server, ...]:
    return SERVERS


@register.simple_tag
def the_inspector() -> Server:
    return INSPECTOR


@register.simple_tag
def other_sites() -> list[Server]:
    return [site for site in SITES if site != settings.SERVER]


@register.filter
def has_session(request: HttpRequest) -> bool:
    return forms.has_session(request)


@register.simple_tag
def code_name(name: str) -> str:
    """A name as code. A long one may be broken after its underscores."""
    if len(name) <= 24:
        return format_html("<code>{}</code>", name)
    *parts, last = name.split("_")
    return format_html('<code class="long">{}{}</code>', format_html_join("", "{}_<wbr>", ((p,) for p in parts)), last)
