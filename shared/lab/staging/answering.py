"""A page of a server that says which of its processes has answered, and whom that one knows. It signs alice in."""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from lab.staging.counter import sign_in

PATH = "/who/"


class AnsweringMiddleware:
    """Answer one more address. Needs a user, so it comes after AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return who(request) if request.path == PATH else self.get_response(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """A form is answered at once, without a redirect: so the process that has signed alice in says so itself."""
    if request.method == "POST":
        sign_in(request, "alice")
    return render(request, "who.html", {"process": os.getpid()})
