"""What the frame of a page needs to know. A tag, not a context processor: Django's own 400 and 500 have no request."""

from django import template
from django.conf import settings

from shared.servers import SERVERS, Server

register = template.Library()


@register.simple_tag
def this_server() -> Server:
    return settings.SERVER


@register.simple_tag
def all_servers() -> tuple[Server, ...]:
    return SERVERS


@register.simple_tag
def origin_of(name: str) -> str:
    """Where the server of that folder name answers."""
    return next(server.origin for server in SERVERS if server.name == name)
