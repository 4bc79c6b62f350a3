"""A page of a server that starts the server again: what its process had in memory is lost."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from lab import runs

PATH = "/restart/"


class RestartMiddleware:
    """Answer one more address, with a button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return restart(request) if request.path == PATH else self.get_response(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: HttpRequest) -> HttpResponse:
    is_asked = request.method == "POST"
    if is_asked:
        runs.ask_to_start_anew(settings.SERVER.name)
    return render(request, "restart.html", {"is_asked": is_asked})
