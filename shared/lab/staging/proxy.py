"""A server that is reached by another name from inside of a network of containers, through a proxy before it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lab.servers import Server


def inside_name(server: Server) -> str:
    """Host and port, as the other containers name it."""
    return f"{server.label}:{server.port}"


class ProxyMiddleware:
    """Put the server's one name in the place of that of inside, as a proxy does that sets ``Host``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_HOST") == inside_name(settings.SERVER):
            request.META["HTTP_HOST"] = settings.SERVER.netloc
        return self.get_response(request)
