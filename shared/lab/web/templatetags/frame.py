"""What the frame of a page needs to know. A tag, not a context processor: Django's own 400 and 500 have no request."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix

from lab import chosen_provider, runs, state
from lab.runs import Run
from lab.servers import IDENTITY, INSPECTOR, IS_CLASS, PROVIDER, SERVERS, SITES, Server
from lab.web import session_state

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
def address_of_inspector() -> str:
    """What links to it begin with: on its own pages, with the private name that the address has."""
    return INSPECTOR.origin + (get_script_prefix().rstrip("/") if settings.SERVER == INSPECTOR else "")


@register.simple_tag
def is_class() -> bool:
    """Whether others use this lab, too, and each sees only what is recorded of them."""
    return IS_CLASS


@dataclass(frozen=True)
class Elsewhere:
    """A provider that is no server of the lab: all that one knows is its ``issuer``."""

    issuer: str

    @property
    def title(self) -> str:
        return f"the provider {urlsplit(self.issuer).netloc}"


@register.simple_tag
def provider_of_this_site() -> Server | Elsewhere:
    known = {server.origin: server for server in (IDENTITY, PROVIDER)}
    return known.get(settings.OIDC_OP_ISSUER) or Elsewhere(settings.OIDC_OP_ISSUER)


@register.simple_tag
def may_end_session_at_provider() -> bool:
    """Whether the provider says where one signs out there."""
    return bool(settings.OIDC_OP_END_SESSION_ENDPOINT)


@register.simple_tag
def may_choose_provider() -> bool:
    return chosen_provider.is_offered() and runs.current().is_usual


@register.simple_tag
def run_under_way() -> Run:
    return runs.current()


@register.simple_tag
def in_terminal(command: str) -> str:
    return state.in_terminal(command)


@register.simple_tag
def other_sites() -> list[Server]:
    return [site for site in SITES if site != settings.SERVER]


@register.filter
def has_session(request: HttpRequest) -> bool:
    return session_state.has_session(request)
